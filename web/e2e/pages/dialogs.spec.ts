import { expect, expectAccessible } from '../support'
import { expectUncut, photograph } from './inspect'
import { addressOf, DIALOGS, EXTENT, figure, ready, test, WHOLE } from './walk'

/** Runs in the page. */
const focused = () => {
  const e = document.activeElement
  return e === null || e === document.body ? 'nothing' : e.localName
}

for (const [person, path] of EXTENT === 'small' ? DIALOGS.slice(0, 1) : DIALOGS) {
  test(`dialog ${path}`, async ({ as }) => {
    test.setTimeout(120_000)
    const page = await as(person)
    await page.goto(addressOf(path))
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    await ready(page)
    await expectUncut(page, path)
    const sizes = WHOLE ? [1440, 390] : [390]
    for (const width of sizes) {
      await page.setViewportSize({ width, height: 844 })
      await expectAccessible(page, `${path}, ${width} px`)
      figure('axe', 1)
      if (WHOLE) await photograph(page, `dialog-${path.replace(/:/g, '')}-${width}`)
    }
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    // Opened by its address: nothing opened it, so the page's heading has the focus.
    await expect.poll(() => page.evaluate(focused)).toBe('h1')
    expect(page.url()).not.toContain('dialog=')
    figure('dialogs closed', 1)
  })
}

test('a dialog that a link of another page opened leads back there', async ({ as }) => {
  const page = await as('customer')
  await page.goto(addressOf('/o/:org/servers'))
  const row = page.getByRole('row').nth(1)
  await row
    .getByRole('button', { name: /Actions|More/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: /Delete/ }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/servers$/)
  await expect.poll(() => page.evaluate(focused)).not.toBe('nothing')
  figure('dialogs closed', 1)
})

test('the keys: `?` shows them, the skip link clears the header, a clicked tab has no ring', async ({ as }) => {
  const page = await as('customer')
  await page.goto(addressOf('/o/:org/servers/:long'))
  await expect(page.locator('h1')).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect.poll(() => page.evaluate(focused)).not.toBe('nothing')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  await skip.focus()
  await page.keyboard.press('Enter')
  const under = await page.evaluate(
    () =>
      (document.querySelector('h1')?.getBoundingClientRect().top ?? 0) -
      (document.querySelector('header')?.getBoundingClientRect().bottom ?? 0),
  )
  expect(under, 'the heading is under the header').toBeGreaterThanOrEqual(0)
})
