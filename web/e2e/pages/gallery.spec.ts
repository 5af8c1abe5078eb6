import { readdirSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect } from '../support'
import { cutsOf } from './cuts'
import { expectUncut, inspect, unmarked } from './inspect'
import { EXTENT, figure, GALLERY, test } from './walk'

const FAMILIES = readdirSync('src/features/gallery/exhibits').map((file) => file.replace('.tsx', ''))

async function family(page: Page, only: string): Promise<void> {
  await page.goto(`${GALLERY}/dev/gallery?only=${only}`)
  await expect(page.locator(`[data-exhibit="${only}"]`)).toBeVisible()
  await page.evaluate(() => document.fonts.ready)
}

/** Runs in the page. */
const isNowhere = () => document.activeElement === null || document.activeElement === document.body

for (const only of EXTENT === 'small' ? FAMILIES.slice(0, 2) : FAMILIES) {
  test(`gallery: ${only}`, async ({ as }) => {
    test.setTimeout(240_000)
    const page = await as('stranger')
    await family(page, only)
    for (const play of await page.locator('[data-play]').all()) await play.click()
    await inspect(page, `gallery-${only}`)
  })
}

test('gallery: every family is in the list', async ({ as }) => {
  const page = await as('stranger')
  await page.goto(`${GALLERY}/dev/gallery`)
  const shown = page.locator('[data-exhibit]')
  await expect(shown).toHaveCount(FAMILIES.length)
  const names = await shown.evaluateAll((all) => all.map((e) => e.getAttribute('data-exhibit')))
  expect(names.sort()).toEqual([...FAMILIES].sort())
})

test('gallery: each dialog fits, and gives the focus back', async ({ as }) => {
  test.setTimeout(240_000)
  const page = await as('stranger')
  await family(page, 'dialogs')
  const names = await page
    .locator('[data-opens]')
    .evaluateAll((all) => all.map((e) => e.getAttribute('data-opens') ?? ''))
  expect(names.length).toBeGreaterThan(5)
  for (const name of names) {
    const opener = page.locator(`[data-opens="${name}"]`)
    await opener.click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectUncut(page, `dialog ${name}`)
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    if (name === 'vanishing') await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    else await expect(opener).toBeFocused()
    figure('dialogs closed', 1)
  }
})

test.describe('controls: what must be found', () => {
  const spoiled = async (page: Page) => {
    await page.goto(`${GALLERY}/dev/gallery?spoiled`)
    await expect(page.locator('[data-exhibit="spoiled"]')).toBeVisible()
  }

  test('a box that cuts its text, a name without its full text, one beyond the window', async ({ as }) => {
    const page = await as('stranger')
    await spoiled(page)
    const { cuts } = await cutsOf(page)
    expect(cuts.join('\n')).toMatch(/cut by .*\n?/)
    expect(cuts.join('\n')).toContain('shortened, and its full text cannot be reached')
    expect(cuts.join('\n')).toMatch(/outside of the window|leaves its box/)
    figure('controls', 1)
  })

  test('a dialog that loses the focus', async ({ as }) => {
    const page = await as('stranger')
    await spoiled(page)
    await page.locator('[data-opens="spoiled"]').click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect.poll(() => page.evaluate(isNowhere)).toBe(true)
    figure('controls', 1)
  })

  test('a choice that only its background tells', async ({ as }) => {
    const page = await as('stranger')
    await page.emulateMedia({ forcedColors: 'active' })
    await spoiled(page)
    expect(await unmarked(page)).toEqual(['span “Chosen by its colour”'])
    figure('controls', 1)
  })
})
