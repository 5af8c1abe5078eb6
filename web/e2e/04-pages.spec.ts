import { expect, expectAccessible, openOwn, signInAsAdmin, test } from './support'

test('keyboard: skip link, palette, search', async ({ page }) => {
  await signInAsAdmin(page)
  await openOwn(page, '/servers')
  await expect(page.getByRole('heading', { name: 'Servers', level: 1 })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search by name or IP' })).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search pages, servers and actions' }).fill('wallet')
  await expect(page.getByRole('option', { name: 'Wallet' })).toBeVisible()
  await expectAccessible(page, 'palette')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Wallet', level: 1 })).toBeVisible()
})

test('the policy of the page lets nothing in: no inline script, no foreign origin', async ({ page }) => {
  const answer = await page.goto('/sign-in')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'/)
  expect(policy).not.toContain('unsafe')
  expect(await answer?.text()).not.toContain('__CSP_NONCE__')
})

test.describe('without the stream', () => {
  test.use({ expected: { patterns: [/net::ERR_FAILED/] } })

  test('its loss is reported, and repaired', async ({ page, context }) => {
    await signInAsAdmin(page)
    await context.route('**/api/notifications/stream', (route) => route.abort())
    await openOwn(page, '/activity')
    await expect(page.getByText(/Live updates are (interrupted|off)/)).toBeVisible({ timeout: 30_000 })
    await context.unroute('**/api/notifications/stream')
    await expect(page.getByText(/Live updates are/)).toBeHidden({ timeout: 90_000 })
  })
})
