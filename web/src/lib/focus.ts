/** Where the focus is, and where it goes when what had it no longer exists. It never ends on the body. */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]'

/** What had the focus last, or was pressed last: Safari gives a pressed button no focus. */
let recent: HTMLElement | null = null
/** What got the focus back from a dialog, until the focus moves on. */
let returned: HTMLElement | null = null

/** An item of a menu ends with its menu, so what stays is the button that opened it. */
function lasting(element: HTMLElement): HTMLElement {
  const menu = element.closest('[role="menu"]')
  const trigger = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : null
  return trigger ?? element
}

function takesFocus(element: HTMLElement | null): element is HTMLElement {
  if (!element?.isConnected || element.matches(':disabled')) return false
  // jsdom has no layout.
  return typeof element.checkVisibility !== 'function' || element.checkVisibility()
}

const nowhere = () => document.activeElement === null || document.activeElement === document.body

/** The page's own place: its heading. */
function focusPlace() {
  const place = document.querySelector<HTMLElement>('main h1, h1') ?? document.querySelector<HTMLElement>('main')
  if (!place) return
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1
  place.focus({ preventScroll: true })
}

/** What opens a dialog at this moment; null when an address did. */
export function openerNow(): HTMLElement | null {
  const { activeElement } = document
  const from = !nowhere() && activeElement instanceof HTMLElement ? lasting(activeElement) : recent
  return takesFocus(from) ? from : null
}

/** Gives the focus back to what opened a dialog, or to the page's heading where that no longer exists. */
export function returnFocus(to: HTMLElement | null): void {
  if (takesFocus(to)) {
    to.focus()
    returned = to
  } else focusPlace()
}

/** Follows the focus for as long as the page lives. Returns the way to stop. */
export function keepFocus(): () => void {
  const root = document.documentElement
  const note = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>(FOCUSABLE) : null
    recent = target ? lasting(target) : null
    if (recent !== returned) returned = null
  }
  const onPointer = (event: Event) => {
    root.dataset.input = 'pointer'
    note(event)
  }
  const onKey = () => {
    root.dataset.input = 'keys'
  }
  const lost = () => recent !== null && (!recent.isConnected || (recent === returned && recent.matches(':disabled')))
  const observer = new MutationObserver(() => {
    if (!nowhere() || !lost()) return
    recent = returned = null
    // A page that comes instead has its heading by then.
    requestAnimationFrame(() => {
      if (nowhere() && !document.querySelector('[role="dialog"]')) focusPlace()
    })
  })
  document.addEventListener('focusin', note)
  document.addEventListener('pointerdown', onPointer, true)
  document.addEventListener('keydown', onKey, true)
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })
  return () => {
    observer.disconnect()
    document.removeEventListener('focusin', note)
    document.removeEventListener('pointerdown', onPointer, true)
    document.removeEventListener('keydown', onKey, true)
    recent = returned = null
  }
}
