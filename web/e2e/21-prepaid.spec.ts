import type { Page } from '@playwright/test'
import type { Customer } from '@/lib/api/types'
import {
  adminApi,
  env,
  expect,
  expectAccessible,
  filledOrder,
  json,
  openOwn,
  ownOrg,
  PASSWORD,
  refused,
  register,
  signInAsAdmin,
  status,
  test,
  unique,
} from './support'

const SOON = { timeout: 30_000 }
/** A figure of the wallet's page by its name. */
const figure = (page: Page, name: string) =>
  page.getByRole('main').getByText(name, { exact: true }).first().locator('..')
const limits = (page: Page) => page.getByRole('region', { name: 'Limits and notices' })
const create = (page: Page) => page.getByRole('button', { name: 'Create server' }).click()

/** Sets the limit of a month, or none; the wallet's page is open. */
async function limitMonth(page: Page, amount: string) {
  const dialog = page.getByRole('dialog', { name: 'Limits of spending' })
  await dialog.getByLabel('A calendar month in USD').fill(amount)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden(SOON)
}

test.describe('a prepaid wallet', () => {
  test.use({ expected: refused(402) })

  test('lasts until a moment that it names, and keeps the limit of its owner', async ({ page, browser }) => {
    test.setTimeout(300_000)
    const first = await filledOrder(page)
    const plan = await page.getByRole('group', { name: 'Plan' }).getByRole('radio', { checked: true }).inputValue()
    await create(page)
    await expect(page.getByRole('heading', { name: first, level: 1 })).toBeVisible(SOON)
    await expect(status(page)).toHaveText('Running', { timeout: 120_000 })

    await test.step('the wallet shows what is left, and until when it lasts', async () => {
      await openOwn(page, '/wallet')
      await expect(figure(page, 'Balance')).toContainText(/\$24\.\d\d/, SOON)
      await expect(figure(page, 'Lasts')).toContainText(/\d.*until \d/, SOON)
      await expect(figure(page, 'Running cost')).toContainText(/\$0\.\d+.*per hour/, SOON)
    })

    await test.step('an order beyond the limit of the month is refused, and says so', async () => {
      await limits(page).getByRole('button', { name: 'Set limits' }).click()
      // Less than the first hours of two servers, whatever is left of the month.
      await limitMonth(page, '0.01')
      await expect(limits(page)).toContainText('$0.01', SOON)
      await fillSecond(page, plan)
      await create(page)
      const alert = page.getByRole('alert').filter({ hasText: 'so nothing was ordered' })
      await expect(alert).toContainText('the month would cost more than your limit allows', SOON)
      await expect(alert).toContainText('the limit is $0.01')
      await expect(page).toHaveURL(/\/servers\/new/)
      await expectAccessible(page, 'an order beyond the limit')
      await alert.getByRole('link', { name: 'Change the limit' }).click()
    })

    await test.step('without the limit it is placed', async () => {
      await limitMonth(page, '')
      // The dialog leads back to the order that it was opened from.
      await expect(page).toHaveURL(/\/servers\/new/)
      const second = await fillSecond(page, plan)
      await create(page)
      await expect(page.getByRole('heading', { name: second, level: 1 })).toBeVisible(SOON)
    })

    await test.step('an administrator decides what happens when funds end, and the customer reads it', async () => {
      const org = await ownOrg(page)
      const context = await browser.newContext({ baseURL: env.baseUrl })
      const admin = await context.newPage()
      await signInAsAdmin(admin)
      await admin.goto(`/admin/customers/${org}?tab=prices`)
      const funds = admin.getByRole('region', { name: 'When funds end' })
      await funds.getByRole('button', { name: 'Change' }).click(SOON)
      const dialog = admin.getByRole('dialog', { name: 'When funds end' })
      await dialog.getByLabel('Servers', { exact: true }).selectOption({ label: 'are stopped, and deleted later' })
      await dialog.getByLabel('Hours from the stop to the deletion').fill('48')
      await dialog.getByLabel('Reason, for the record').fill('As agreed')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await expect(funds).toContainText('deleted after 48 hours', SOON)
      await context.close()
      await openOwn(page, '/wallet')
      await expect(limits(page)).toContainText('Servers are stopped, and deleted after 48 hours', SOON)
    })
  })
})

/** An order of the same plan under another name, filled in but not sent. */
async function fillSecond(page: Page, plan: string): Promise<string> {
  const label = unique('second')
  await openOwn(page, `/servers/new?plan=${plan}`)
  await page.getByRole('group', { name: 'Distribution' }).getByRole('radio').first().check({ force: true })
  await page.getByRole('group', { name: 'Region' }).locator('input:enabled').first().check({ force: true })
  await page
    .getByRole('group', { name: 'Access' })
    .getByRole('radio', { name: /Root password/ })
    .check({ force: true })
  await page.getByLabel('Root password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Server name').fill(label)
  return label
}

test('an administrator gives a customer a discount that begins later, and takes it back', async ({ page, browser }) => {
  test.setTimeout(180_000)
  const organisation = unique('Discount')
  const customer = await (await browser.newContext({ baseURL: env.baseUrl })).newPage()
  await register(customer, `${unique('ada')}@customer.example`, organisation)
  await customer.context().close()
  const api = await adminApi()
  const { items } = await json<{ items: Customer[] }>(
    await api.get('/api/admin/customers', { params: { q: organisation } }),
  )
  await api.dispose()
  await signInAsAdmin(page)
  await page.goto(`/admin/customers/${items[0]?.org_id ?? ''}?tab=prices`)
  await expect(page.getByText('This customer pays the list’s prices.')).toBeVisible(SOON)
  await page.getByRole('button', { name: 'Add a price' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a price' })
  await dialog.getByLabel('Percent off').fill('12.5')
  // In a month, as the browser writes it.
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 16)
  await dialog.getByLabel('From', { exact: true }).fill(later)
  await dialog.getByLabel('Reason, for the record').fill('As agreed')
  await expectAccessible(page, 'a discount')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expectAccessible(page, 'what a discount means')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog).toBeHidden(SOON)
  const prices = page.getByRole('list', { name: 'Prices of its own' })
  await expect(prices).toContainText('All plans: 12.5 % off', SOON)
  await expect(prices).toContainText('Planned')
  await expect(page.getByRole('list', { name: 'Moves to another price' })).toContainText('Planned', SOON)
  await prices.getByRole('button', { name: /^Take back/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  await expect(prices).toContainText('Ended', SOON)
})
