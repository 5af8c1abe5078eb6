import { useEffect, useRef, type ComponentProps, type SubmitEvent } from 'react'

/** The first thing that a form says is wrong, in the order that is read. */
function firstError(form: HTMLFormElement): HTMLElement | null {
  const first = form.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')
  if (first?.getAttribute('role') !== 'alert') return first
  // Of a group of choices: its first choice.
  return first.closest('fieldset')?.querySelector<HTMLElement>('input:enabled') ?? first
}

function goTo(form: HTMLFormElement, error: HTMLElement) {
  const isField = error.matches('input, select, textarea')
  // What is said of the whole form does not move a person out of one of its fields.
  if (!isField && document.activeElement?.matches('input, select, textarea') && form.contains(document.activeElement)) {
    error.scrollIntoView({ block: 'nearest' })
    return
  }
  if (!isField) error.tabIndex = -1
  error.focus({ preventScroll: true })
  ;(error.closest('label, fieldset, [role="alert"]') ?? error).scrollIntoView({ block: 'nearest' })
}

interface FormProps extends ComponentProps<'form'> {
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
}

/** Every form: what it refuses is said under its fields, and the focus goes to the first of it. */
export function Form({ onSubmit, ...props }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  const awaiting = useRef(false)
  useEffect(() => {
    const element = form.current
    if (!element) return
    const look = () => {
      const error = awaiting.current ? firstError(element) : null
      if (!error) return
      awaiting.current = false
      // After a form library has had its say.
      setTimeout(() => goTo(element, firstError(element) ?? error))
    }
    const observer = new MutationObserver(look)
    observer.observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-invalid'] })
    return () => observer.disconnect()
  }, [])
  return (
    <form
      noValidate
      ref={form}
      onSubmit={(event) => {
        awaiting.current = true
        onSubmit(event)
      }}
      onInput={() => {
        awaiting.current = false
      }}
      {...props}
    />
  )
}
