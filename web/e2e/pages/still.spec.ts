import type { Browser, Page } from '@playwright/test'
import { expect } from '../support'
import { signedIn, stage } from './stage'
import { become, EXTENT, figure, GALLERY, open, test } from './walk'

const SECONDS = 30
const MOST = 0.02
const WATCHED = [
  ['customer', '/o/:org/dashboard'],
  ['customer', '/o/:org/servers'],
  ['customer', '/o/:org/servers/:long'],
  ['customer', '/o/:org/wallet'],
  ['admin', '/admin'],
  ['admin', '/admin/jobs'],
  ['admin', '/admin/workers'],
  ['admin', '/admin/clouds/:cloud'],
] as const

interface Shifts {
  sum: number
  what: string[]
}

/** Runs in the page: what moves from now on. */
function watch(): void {
  const seen: Shifts = { sum: 0, what: [] }
  Object.assign(globalThis, { shifts: seen })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      hadRecentInput: boolean
      sources: { node: Node | null }[]
    })[]) {
      if (entry.hadRecentInput) continue
      seen.sum += entry.value
      for (const { node } of entry.sources) {
        const e = node instanceof Element ? node : (node?.parentElement ?? null)
        seen.what.push(
          `${entry.value.toFixed(4)} ${e?.localName} .${e?.getAttribute('class')?.slice(0, 60)} “${e?.textContent.slice(0, 40)}”`,
        )
      }
    }
  }).observe({ type: 'layout-shift' })
}
const told = () => Reflect.get(globalThis, 'shifts') as Shifts

async function shiftsOf(page: Page): Promise<Shifts> {
  await page.evaluate(watch)
  await page.waitForTimeout(SECONDS * 1000)
  return page.evaluate(told)
}

/** What customers do meanwhile: one server after the other is restarted. */
async function live(until: () => boolean): Promise<void> {
  const api = await signedIn(stage().customer)
  for (let n = 0; !until(); n++) {
    const id = stage().running[1 + (n % 3)]
    await api.post(`/api/vps/${id}/action`, { data: { action: 'reboot' } })
    await new Promise((resolve) => setTimeout(resolve, 8000))
  }
  await api.dispose()
}

test('nothing moves while figures are refreshed', async ({ browser, as }) => {
  test.skip(EXTENT === 'small')
  test.setTimeout(240_000)
  const pages: { path: string; page: Page }[] = []
  for (const [person, path] of WATCHED) {
    const page = await personal(browser, person)
    await open(page, path)
    pages.push({ path, page })
  }
  await as('stranger')
  let over = false
  const busy = live(() => over)
  const seen = await Promise.all(pages.map(async ({ path, page }) => ({ path, ...(await shiftsOf(page)) })))
  over = true
  await busy
  for (const { path, sum, what } of seen) {
    figure('worst layout shift', sum, path)
    expect.soft(sum, `${path} moved:\n${what.join('\n')}`).toBeLessThanOrEqual(MOST)
  }
})

test('control: a page that moves is found', async ({ as }) => {
  const page = await as('stranger')
  await page.goto(`${GALLERY}/dev/gallery?spoiled`)
  await page.evaluate(watch)
  await expect.poll(async () => (await page.evaluate(told)).sum, { timeout: 10_000 }).toBeGreaterThan(MOST)
  figure('controls', 1)
})

async function personal(browser: Browser, person: 'customer' | 'admin'): Promise<Page> {
  // Lists glide (`lib/use-glide.ts`), but for people who asked for no motion.
  const context = await browser.newContext({ reducedMotion: 'no-preference' })
  await become(context, person)
  return context.newPage()
}
