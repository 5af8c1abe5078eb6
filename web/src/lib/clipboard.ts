/**
 * Puts text on the clipboard. Over plain http browsers keep `navigator.clipboard` from a page; the former
 * command still works there, from a click. Returns whether it was copied.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyByCommand(text)
  }
}

function copyByCommand(text: string): boolean {
  // Beside the button, for dialogs and menus take the focus back from outside of them.
  const active = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'fixed top-0 left-0 size-px opacity-0'
  const host = active?.closest('[role=dialog], [role=menu]') ?? document.body
  host.append(field)
  try {
    field.focus()
    field.select()
    // Deprecated, and the only way without a secure origin.
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (active instanceof HTMLElement) active.focus()
  }
}
