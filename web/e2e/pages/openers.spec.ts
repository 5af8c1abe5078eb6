import type { Locator, Page } from '@playwright/test'
import { expect, refused } from '../support'
import { figure, open, PAGES, test, WHOLE } from './walk'

test.use({ expected: refused(503) })

const MOST_BUTTONS = 40
/** Runs in the page. */
const isNowhere = () => document.activeElement === null || document.activeElement === document.body

/** Closes the dialog that a click may have opened, and says what opened it where the focus was lost. */
async function closed(page: Page, opener: string): Promise<string[]> {
  const dialog = page.getByRole('dialog')
  // Its chunk may have to come first.
  await dialog.waitFor({ timeout: 700 }).catch(() => undefined)
  if (!(await dialog.isVisible())) return []
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  figure('dialogs closed', 1)
  try {
    await expect.poll(() => page.evaluate(isNowhere), { timeout: 3000 }).toBe(false)
    return []
  } catch {
    return [opener]
  }
}

async function press(page: Page, button: Locator): Promise<string[]> {
  const name = `${(await button.getAttribute('aria-label')) ?? ''} ${(await button.textContent()) ?? ''}`.trim()
  const isMenu = (await button.getAttribute('aria-haspopup')) === 'menu'
  if (!isMenu) {
    await button.click({ timeout: 3000 })
    return closed(page, name)
  }
  const lost: string[] = []
  for (let n = 0, count = 1; n < count; n++) {
    await button.click({ timeout: 3000 })
    const items = page.getByRole('menuitem')
    count = Math.min(8, await items.count())
    if (count === 0) return lost
    const item = items.nth(n)
    const words = `${name}, ${(await item.textContent()) ?? ''}`
    await item.click({ timeout: 3000 })
    lost.push(...(await closed(page, words)))
    await page.keyboard.press('Escape')
  }
  return lost
}

for (const { person, path } of WHOLE ? PAGES.filter((p) => p.person !== 'stranger') : [])
  test(`every dialog behind a button of ${path} for a ${person}`, async ({ as, context }) => {
    test.setTimeout(300_000)
    const page = await as(person)
    // Nothing is done: only dialogs are opened.
    const no = { title: 'Not now', status: 503, code: 'overloaded', detail: 'Nothing is done in this test.' }
    await context.route('**/api/**', (route) =>
      route.request().method() === 'GET' ? route.fallback() : route.fulfill({ status: 503, json: no }),
    )
    await open(page, path)
    const at = new URL(page.url()).pathname
    const buttons = page.locator('main button:visible:not([type="submit"]):not(:disabled)')
    const lost: string[] = []
    for (let n = 0; n < Math.min(MOST_BUTTONS, await buttons.count()); n++) {
      // One that is covered or went away is not pressed.
      lost.push(...(await press(page, buttons.nth(n)).catch(() => [])))
      await page.keyboard.press('Escape')
      if (new URL(page.url()).pathname !== at) await open(page, path)
    }
    expect(lost, 'the focus was lost after').toEqual([])
  })
