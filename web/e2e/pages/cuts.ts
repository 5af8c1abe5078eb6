import type { Page } from '@playwright/test'

export interface Cuts {
  /** Blocks looked at. */
  looked: number
  /** What is cut, and by what. */
  cuts: string[]
}

/**
 * Text and boxes that leave the box around them or the window by more than a pixel, where no reader can reach what is
 * beyond. Exempt is what ends in an ellipsis and has its full text in a `title` or behind a link to its own page, and
 * what scrolls sideways and is marked `data-scrolls`. With a dialog open, the dialog alone.
 */
export const cutsOf = (page: Page): Promise<Cuts> => page.evaluate(measure)

/** Runs in the page. */
function measure(): Cuts {
  const SIDE = 1
  // The glyphs of a line may be taller than the line.
  const DOWN = 5
  const width = document.documentElement.clientWidth
  const found = new Set<string>()
  let looked = 0

  const styles = new Map<Element, CSSStyleDeclaration>()
  const style = (e: Element) => {
    const known = styles.get(e) ?? getComputedStyle(e)
    styles.set(e, known)
    return known
  }
  const words = (text: string) => text.replace(/\s+/g, ' ').trim()
  const name = (e: Element) => {
    const id = e.getAttribute('aria-label') ?? e.getAttribute('data-state') ?? e.id
    const classes = (e.getAttribute('class') ?? '').split(' ').slice(0, 4).join('.')
    return `<${e.localName}${id ? ` “${id}”` : ''} .${classes}> “${words(e.textContent).slice(0, 50)}”`
  }
  const hidden = (e: Element) => {
    const s = style(e)
    if (s.display === 'none' || s.visibility !== 'visible') return true
    // Out of sight, and not laid out before it comes into sight.
    if (!e.checkVisibility({ contentVisibilityAuto: true })) return true
    // For screen readers alone.
    return s.position === 'absolute' && e.clientWidth <= 1 && e.clientHeight <= 1
  }
  const isBlock = (e: Element) => !['inline', 'contents'].includes(style(e).display)
  const blockOf = (e: Element | null): Element => (e && !isBlock(e) ? blockOf(e.parentElement) : (e ?? document.body))

  const reachable = (e: Element) => {
    const text = words(e.textContent).toLowerCase()
    const title = words(e.closest('[title]')?.getAttribute('title') ?? '').toLowerCase()
    if (title.includes(text)) return true
    const link = e.closest('a[href]') ?? e.querySelector('a[href]')
    return link !== null && link.getAttribute('href') !== location.pathname
  }

  /** Whether this stretch of the line lies outside of what may be seen of it. */
  const look = (e: Element, rect: DOMRect, own: boolean) => {
    const block = own ? e.parentElement : blockOf(e)
    let fixed = false
    let scrolls = false
    for (
      let box: Element | null = own ? e.parentElement : e;
      box && box !== document.documentElement;
      box = box.parentElement
    ) {
      const s = style(box)
      if (!isBlock(box)) continue
      if (fixed && s.transform === 'none') continue
      const frame = box.getBoundingClientRect()
      const clips = s.overflowX !== 'visible'
      const left = frame.left + (clips ? box.clientLeft : 0)
      const right = frame.right - (clips ? frame.width - box.clientWidth - box.clientLeft : 0)
      const beyond = rect.right > right + SIDE || rect.left < left - SIDE
      if (beyond && clips) {
        if (['auto', 'scroll'].includes(s.overflowX) && box.hasAttribute('data-scrolls')) return
        if (s.textOverflow === 'ellipsis') {
          if (!reachable(box)) found.add(`shortened, and its full text cannot be reached: ${name(box)}`)
        } else found.add(`cut by ${name(box)}: ${name(e)}`)
        return
      }
      if (beyond && box === block) {
        found.add(
          `leaves its box by ${Math.ceil(Math.max(rect.right - right, left - rect.left))} px: ${name(e)} in ${name(box)}`,
        )
        return
      }
      if (['auto', 'scroll'].includes(s.overflowY)) scrolls = true
      const below =
        !scrolls &&
        (s.overflowY === 'hidden' || s.overflowY === 'clip' || (box === block && box.localName === 'button'))
      if (below && (rect.bottom > frame.bottom + DOWN || rect.top < frame.top - DOWN)) {
        if (s.webkitLineClamp === 'none') found.add(`cut below by ${name(box)}: ${name(e)}`)
        else if (!reachable(box)) found.add(`shortened, and its full text cannot be reached: ${name(box)}`)
        return
      }
      if (s.position === 'fixed') fixed = true
    }
    if (rect.right > width + SIDE || rect.left < -SIDE) found.add(`outside of the window: ${name(e)}`)
  }

  const range = document.createRange()
  const visit = (e: Element) => {
    if (hidden(e) || ['SCRIPT', 'STYLE', 'svg', 'CANVAS', 'SELECT', 'TEXTAREA', 'INPUT'].includes(e.tagName)) {
      if (['SELECT', 'TEXTAREA', 'INPUT'].includes(e.tagName) && !hidden(e)) box(e)
      return
    }
    if (isBlock(e)) {
      looked += 1
      box(e)
    }
    for (const node of e.childNodes) {
      if (node instanceof Element) visit(node)
      else if (node.nodeType === Node.TEXT_NODE && words(node.textContent ?? '')) {
        range.selectNodeContents(node)
        for (const rect of range.getClientRects()) if (rect.width > 0) look(e, rect, false)
      }
    }
  }
  /** Boxes in the flow, apart from what a negative margin moves on purpose and the parts of a table. */
  const box = (e: Element) => {
    const s = style(e)
    if (s.display.startsWith('table-') || !['static', 'relative'].includes(s.position)) return
    if (parseFloat(s.marginLeft) < 0 || parseFloat(s.marginRight) < 0 || s.translate !== 'none') return
    const rect = e.getBoundingClientRect()
    if (rect.width > 0 && rect.height > 0) look(e, rect, true)
  }

  visit(document.querySelector('[role="dialog"]') ?? document.body)
  return { looked, cuts: [...found].slice(0, 12) }
}
