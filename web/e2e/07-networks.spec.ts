import type { Page } from '@playwright/test'
import { expect, filledOrder, openOwn, refused, register, test, unique } from './support'

const create = (page: Page) => page.getByRole('button', { name: 'Create server' }).click()
const servers = async (page: Page, label: string) => {
  const answer = await page.request.get(`/api/vps?q=${label}`)
  return ((await answer.json()) as { items: unknown[] }).items.length
}

test.describe('offline', () => {
  test.use({ expected: { patterns: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK_CHANGED)/] } })

  test('an order is refused at once, and is not placed once the connection is back', async ({ page, context }) => {
    const label = await filledOrder(page)
    const orders: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/vps')) orders.push(request.url())
    })
    await context.setOffline(true)
    await expect(page.getByText(/^You are offline\. What you see may be out of date/)).toBeVisible()
    await create(page)
    await expect(page.getByRole('alert')).toContainText('nothing will be sent later')
    await expect(page.getByLabel('Server name')).toHaveValue(label)
    await page.getByRole('link', { name: 'Wallet' }).first().click()
    await context.setOffline(false)
    await expect(page.getByText(/^You are offline/)).toBeHidden()
    // Longer than a parked request would take, which is sent with the first answer.
    await page.waitForTimeout(3000)
    expect(orders).toEqual([])
    expect(await servers(page, label)).toBe(0)
  })
})

test.describe('an overloaded panel', () => {
  test.use({ expected: refused(401, 503) })

  test('keeps the session and the form, and takes the order when it can', async ({ page, context }) => {
    const label = await filledOrder(page)
    await context.clearCookies({ name: /access/ })
    await context.route('**/api/auth/refresh', (route) => route.fulfill({ status: 503, body: '' }))
    await create(page)
    await expect(page.getByRole('alert')).toContainText('The panel could not confirm your session')
    await expect(page.getByLabel('Server name')).toHaveValue(label)
    await context.unroute('**/api/auth/refresh')
    await create(page)
    await expect(page.getByRole('heading', { name: label, level: 1 })).toBeVisible()
  })
})

test.describe('a lost answer', () => {
  test.use({ expected: { patterns: [/net::ERR_(FAILED|CONNECTION_RESET)/] } })

  test('to an order is asked for again, and the order is placed once', async ({ page, context }) => {
    const label = await filledOrder(page)
    await context.route('**/api/vps', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      await route.fetch()
      await route.abort()
    })
    await create(page)
    await expect(page.getByRole('alert')).toContainText('The answer to your order was lost')
    await context.unroute('**/api/vps')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await expect(page.getByRole('heading', { name: label, level: 1 })).toBeVisible()
    expect(await servers(page, label)).toBe(1)
  })
})

test('a browser whose clock is ten minutes off shows right ages', async ({ page }) => {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + 600_000
  })
  await register(page, `${unique('late')}@customer.example`, unique('Org'))
  await openOwn(page, '/activity')
  const entry = page.getByRole('main').getByRole('listitem').first()
  await expect(entry).toContainText(/just now|\d+ s ago|1 min ago/)
  await expect(entry).not.toContainText(/1\d min/)
})
