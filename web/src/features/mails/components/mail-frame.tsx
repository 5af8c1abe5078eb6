import { useRef } from 'react'

/** Where styles wait until the mail is in its frame: our policy lets no page apply them from its text. */
const WAITING = 'data-style'

/**
 * A mail's HTML in a frame of its own, where nothing runs and no form is sent. The frame inherits the page's policy,
 * which refuses styles that stand in tags; those of the mail are therefore set by hand once it is there.
 */
export function MailFrame({ title, html }: { title: string; html: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const dress = () => {
    const inside = frame.current?.contentDocument
    if (!inside) return
    for (const element of inside.querySelectorAll<HTMLElement>(`[${WAITING}]`))
      element.style.cssText = element.getAttribute(WAITING) ?? ''
  }
  return (
    <iframe
      ref={frame}
      title={title}
      // Of the page's origin, or its styles could not be set; without scripts, so that means nothing to it.
      sandbox="allow-same-origin"
      srcDoc={html.replaceAll(' style="', ` ${WAITING}="`)}
      onLoad={dress}
      className="h-[38rem] w-full rounded-md border bg-surface"
    />
  )
}
