import type { Page } from '@playwright/test'
import { adminApi, ensurePlan, expect, register, signInAsAdmin, test, unique } from './support'

const MAX_REQUESTS = 15

/** Opens a page as on a first visit, and counts what is asked for to show it, apart from its data. */
async function filesOf(page: Page, path: string): Promise<string[]> {
  const files: string[] = []
  const note = (request: { url: () => string }) => {
    const { pathname, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && !pathname.startsWith('/api/')) files.push(pathname)
  }
  page.on('request', note)
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await page.waitForLoadState('load')
  page.off('request', note)
  return files
}

test('no page asks for more than 15 files', async ({ page }) => {
  const api = await adminApi()
  const plan = await ensurePlan(api)
  await api.dispose()
  for (const path of ['/sign-in', '/register'])
    expect((await filesOf(page, path)).length, path).toBeLessThanOrEqual(MAX_REQUESTS)
  await signInAsAdmin(page)
  const paths = ['/', '/servers', `/servers/new?plan=${plan.id}`, '/wallet', '/activity', '/admin', '/admin/jobs']
  for (const path of [
    ...paths,
    ...['workers', 'schedules', 'customers', 'plans', 'clouds'].map((p) => `/admin/${p}`),
  ]) {
    const files = await filesOf(page, path)
    expect(files.length, `${path}: ${files.join(' ')}`).toBeLessThanOrEqual(MAX_REQUESTS)
  }
})

test('a dialog about a very long name keeps its buttons, and takes a decimal comma', async ({ page, browser }) => {
  const organisation = `${unique('org')}${'w'.repeat(100)}`.slice(0, 100)
  const context = await browser.newContext()
  await register(await context.newPage(), `${unique('long')}@customer.example`, organisation)
  await context.close()
  await signInAsAdmin(page)
  await page.goto(`/admin/customers?q=${organisation}`)
  await page.getByRole('link', { name: organisation }).click()
  await page.getByRole('button', { name: 'Add credit' }).click()
  const dialog = page.getByRole('dialog')
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 700 },
  ]) {
    await page.setViewportSize(size)
    await expect(dialog.getByRole('button', { name: 'Add credit' })).toBeInViewport({ ratio: 1 })
    await expect(dialog.getByRole('button', { name: 'Close' })).toBeInViewport({ ratio: 1 })
    expect(await dialog.evaluate((d) => d.scrollWidth - d.clientWidth)).toBeLessThanOrEqual(0)
  }
  await dialog.getByLabel(/^Amount in/).fill('1,250')
  await dialog.getByLabel('Reason').fill('By bank')
  await dialog.getByRole('button', { name: 'Add credit' }).click()
  await expect(dialog.getByText('Is this 1250 or 1.2500? Type one of the two.')).toBeVisible()
  await dialog.getByLabel(/^Amount in/).fill('12,50')
  await dialog.getByRole('button', { name: 'Add credit' }).click()
  await expect(page.getByRole('region', { name: 'Statement' }).getByText('+$12.50')).toBeVisible()
})
