import type { Page } from '@playwright/test'
import { expect, expectAccessible } from '../support'
import { cutsOf } from './cuts'
import { figure, WHOLE } from './walk'

/** The last is a window of 1280 by 1024 pixels at 400 %. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
  { width: 320, height: 256 },
]
type Theme = 'light' | 'dark'

/** Runs in the page, which follows the system's theme and the window's width a moment later. */
const drawn = () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))

async function paint(page: Page, width: number, theme: Theme): Promise<void> {
  const height = SIZES.find((size) => size.width === width)?.height ?? 900
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height })
  await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, theme === 'dark')
  await page.evaluate(drawn)
}

/** Fails where something is cut at one of the widths. */
export async function expectUncut(page: Page, what: string): Promise<void> {
  for (const { width } of SIZES) {
    await paint(page, width, 'light')
    let seen = await cutsOf(page)
    // What is loaded or drawn again after a change of width has a moment.
    for (let n = 0; n < 4 && seen.cuts.length > 0; n++) {
      await page.waitForTimeout(500)
      seen = await cutsOf(page)
    }
    figure('blocks looked at', seen.looked)
    expect.soft(seen.cuts, `${what} is cut at ${width} px`).toEqual([])
  }
}

/** axe in both themes at both widths; in CI once a page, by turns light at 1440 and dark at 390. */
async function expectReadable(page: Page, what: string): Promise<void> {
  const seen: [number, Theme][] = WHOLE
    ? [
        [1440, 'light'],
        [1440, 'dark'],
        [390, 'light'],
        [390, 'dark'],
      ]
    : [what.length % 2 === 0 ? [1440, 'light'] : [390, 'dark']]
  for (const [width, theme] of seen) {
    await paint(page, width, theme)
    await expectAccessible(page, `${what}, ${width} px, ${theme}`)
    figure('axe', 1)
    if (WHOLE) await photograph(page, `${what}-${width}-${theme}`)
  }
}

/** With the system's colours in place of ours: nothing hangs on a background. */
export async function unmarked(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const CHOSEN =
      'nav [aria-current="page"], label:has(> input:checked), [aria-pressed="true"], [role="tab"][aria-selected="true"]'
    const marks = (e: Element) => {
      const s = getComputedStyle(e)
      return s.outlineStyle !== 'none' || parseFloat(s.borderBottomWidth) >= 2
    }
    return [...document.querySelectorAll(CHOSEN)]
      .filter((e) => e.checkVisibility() && !marks(e))
      .map((e) => `${e.localName} “${e.textContent.trim().slice(0, 40)}”`)
  })
}

async function expectInForcedColours(page: Page, what: string): Promise<void> {
  for (const [width, theme] of [
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const) {
    if (!WHOLE && !(width === 1440 && theme === 'dark')) continue
    await paint(page, width, theme)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce', forcedColors: 'active' })
    await page.evaluate(drawn)
    expect.soft(await unmarked(page), `${what}: chosen, and not seen in forced colours`).toEqual([])
    if (WHOLE) {
      await expectAccessible(page, `${what}, ${width} px, ${theme}, forced colours`)
      figure('axe', 1)
      if (theme === 'dark') await photograph(page, `${what}-${width}-forced`)
    }
    figure('forced colours', 1)
  }
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'none' })
}

/** Runs in the page: lays out also what comes into sight later. Its policy lets no inline style in, and this is none. */
const layOutAll = () => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('* { content-visibility: visible !important }')
  document.adoptedStyleSheets = [sheet]
}

export async function photograph(page: Page, what: string): Promise<void> {
  const name = what.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')
  await page.evaluate(layOutAll)
  // A hidden caret would be an inline style.
  await page.screenshot({ path: `pictures/${name}.png`, fullPage: true, animations: 'disabled', caret: 'initial' })
  figure('pictures', 1)
}

/** All of it for one page, as it is now. */
export async function inspect(page: Page, what: string): Promise<void> {
  await expectUncut(page, what)
  await expectReadable(page, what)
  await expectInForcedColours(page, what)
  figure('pages', 1)
}
