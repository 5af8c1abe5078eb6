import type { Page } from '@playwright/test'
import { adminApi, ensurePlan, expect, expectAccessible, signInAsAdmin, test } from './support'

const PHONE = { width: 360, height: 780 }

/** Runs in the page, which follows the system's theme a moment later. */
const isDark = () => document.documentElement.classList.contains('dark')

/** What every page must hold to in both themes and at both widths. The theme follows the system's without a reload. */
async function inspect(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path)
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    await expect.poll(() => page.evaluate(isDark)).toBe(theme === 'dark')
    await expectAccessible(page, `${path}, ${theme}`)
  }
  const desktop = page.viewportSize()
  await page.setViewportSize(PHONE)
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wider, `${path} is wider than a phone of ${PHONE.width} px`).toBeLessThanOrEqual(0)
  if (desktop) await page.setViewportSize(desktop)
}

test('pages for strangers', async ({ page }) => {
  await inspect(page, '/sign-in', 'Sign in')
  await inspect(page, '/register', 'Create an account')
})

test('every page behind the sign-in', async ({ page }) => {
  test.setTimeout(300_000)
  const api = await adminApi()
  const plan = await ensurePlan(api)
  await signInAsAdmin(page)

  await inspect(page, '/dashboard', 'Dashboard')
  await inspect(page, '/servers', 'Servers')
  await inspect(page, `/servers/new?plan=${plan.id}`, 'Create server')
  await inspect(page, '/wallet', 'Wallet')
  await inspect(page, '/activity', 'Activity')
  await inspect(page, '/nowhere', 'Page not found')
  await inspect(page, '/admin', 'Overview')
  await inspect(page, '/admin/servers', 'Servers of all customers')
  await inspect(page, '/admin/audit', 'Audit')
  await inspect(page, '/admin/audit?by=administrator&reasoned=true', 'Audit')
  await inspect(page, '/admin/jobs', 'Jobs')
  await inspect(page, '/admin/jobs?statistics=kind&window=24h', 'Jobs')
  await inspect(page, '/admin/workers', 'Workers')
  await inspect(page, '/admin/schedules', 'Schedules')
  await inspect(page, '/admin/customers', 'Customers')
  await inspect(page, '/admin/plans', 'Plans')
  await inspect(page, '/admin/clouds', 'Clouds')

  await test.step('pages of one thing', async () => {
    for (const [list, table, url] of [
      ['/admin/jobs', 'Jobs', /\/admin\/jobs\/job_/],
      ['/admin/customers', 'Customers', /\/admin\/customers\/org_/],
      ['/admin/clouds', 'Clouds', /\/admin\/clouds\/cloud_/],
    ] as const) {
      await page.goto(list)
      await page.getByRole('table', { name: table }).getByRole('row').nth(1).getByRole('link').first().click()
      await expect(page).toHaveURL(url)
      await inspect(page, new URL(page.url()).pathname, /./)
    }
  })

  await test.step('dialogs', async () => {
    for (const path of [
      '/admin/jobs?dialog=pause&of=mail',
      '/admin/jobs?dialog=tune&of=mail',
      '/admin/jobs?state=succeeded&dialog=bulk-discard',
      '/admin/schedules?dialog=edit&of=platform.tidy',
      '/admin/schedules?dialog=history&of=platform.tidy',
      '/admin/clouds?dialog=connect',
      '/admin/plans?dialog=create',
      `/admin/plans?edit=${plan.id}`,
      '/servers/new?dialog=api',
    ]) {
      await page.goto(path)
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page, path)
    }
  })
})

test('keyboard: skip link, palette, search', async ({ page }) => {
  await signInAsAdmin(page)
  await page.goto('/servers')
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
    await page.goto('/activity')
    await expect(page.getByText(/Live updates are (interrupted|off)/)).toBeVisible({ timeout: 30_000 })
    await context.unroute('**/api/notifications/stream')
    await expect(page.getByText(/Live updates are/)).toBeHidden({ timeout: 90_000 })
  })
})
