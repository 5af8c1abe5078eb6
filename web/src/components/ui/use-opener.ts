import { useRef } from 'react'
import { openerNow, returnFocus } from '@/lib/focus'

/** The first field rather than the close button; on touch nothing, or the keyboard would cover the words. */
function focusFirstField(content: HTMLElement) {
  const field = content.querySelector<HTMLElement>(
    'input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled)',
  )
  if (field && matchMedia('(pointer: fine)').matches) field.focus()
  else content.focus()
}

/** For a dialog's content: it takes the focus, and gives it back to what opened it. */
export function useOpener() {
  const opener = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: (event: Event) => {
      opener.current = openerNow()
      event.preventDefault()
      focusFirstField(event.currentTarget as HTMLElement)
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      returnFocus(opener.current)
    },
  }
}
