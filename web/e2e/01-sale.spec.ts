import type { Page } from '@playwright/test'
import {
  env,
  expect,
  expectAccessible,
  fillOrder,
  openOwn,
  register,
  signInAsAdmin,
  sim,
  status,
  test,
  unique,
} from './support'

const cloud = unique('cloud')
const plan = unique('Plan')
const organisation = unique('Org')
const email = `${unique('grace')}@customer.example`
const label = unique('web')

/** One sale from the empty panel to the deleted server, done by an admin and a customer. */
test('a server is sold, from connecting the cloud to its deletion', async ({ page: admin, browser }) => {
  test.setTimeout(300_000)
  const context = await browser.newContext({ baseURL: env.baseUrl })
  const errors: string[] = []
  context.on('console', (m) => {
    if (m.type() === 'error') errors.push(m.text())
  })
  const customer = await context.newPage()

  await test.step('the admin connects a cloud and watches it become valid', () => connectCloud(admin))
  await test.step('the admin prices a plan', () => createPlan(admin))
  await test.step('a customer registers and finds an empty wallet', async () => {
    await register(customer, email, organisation)
    await expect(customer.getByRole('link', { name: /^Wallet: \$0\.00/ })).toBeVisible()
  })
  await test.step('the credit appears at the customer’s without a reload', () => giveCreditByHand(admin, customer))
  await test.step('the customer orders and watches the server come up', () => order(customer))
  await test.step('reboots it', async () => {
    await customer.getByRole('button', { name: 'Reboot', exact: true }).click()
    await customer.getByRole('dialog').getByRole('button', { name: 'Reboot server' }).click()
    await expect(status(customer)).toHaveText('Rebooting…')
    await expect(customer.getByRole('heading', { name: /^Rebooted by Grace Hopper/ })).toBeVisible({ timeout: 60_000 })
    await expect(status(customer)).toHaveText('Running')
  })
  await test.step('shuts it down and boots it', async () => {
    await customer.getByRole('button', { name: 'Shut down', exact: true }).click()
    const dialog = customer.getByRole('dialog')
    await expect(dialog).toContainText(/A stopped server is still charged \$0\.\d+\/h/)
    await dialog.getByRole('button', { name: 'Shut down server' }).click()
    await expect(status(customer)).toHaveText('Stopped', { timeout: 60_000 })
    await customer.getByRole('button', { name: 'Boot', exact: true }).click()
    await expect(status(customer)).toHaveText('Running', { timeout: 60_000 })
  })
  await test.step('renames it', async () => {
    await customer.getByRole('button', { name: 'Rename server' }).click()
    const dialog = customer.getByRole('dialog', { name: 'Rename server' })
    await dialog.getByLabel('Name').fill(`${label}-b`)
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await expect(customer.getByRole('heading', { name: `${label}-b`, level: 1 })).toBeVisible()
  })
  await test.step('reads the statement', async () => {
    await customer.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Wallet' }).click()
    const statement = customer.getByRole('region', { name: 'Statement' })
    await expect(statement.getByText('+$25.00')).toBeVisible()
    await expect(statement.getByText(/−\$0\.0\d+/).first()).toBeVisible()
    await expect(
      customer.getByRole('table', { name: 'Cost by server' }).getByRole('link', { name: `${label}-b` }),
    ).toBeVisible()
  })
  await test.step('deletes it by typing its name', () => remove(customer))

  expect(errors, 'console errors at the customer’s').toEqual([])
  await context.close()
})

async function connectCloud(page: Page) {
  await signInAsAdmin(page)
  await page.goto('/admin/clouds')
  await page.getByRole('button', { name: 'Connect cloud' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(cloud)
  await dialog.getByLabel('API token', { exact: true }).fill(env.cloudToken)
  if (env.cloudEndpoint) {
    await dialog.getByText('Use a different API address').click()
    await dialog.getByLabel('Endpoint (optional)').fill(env.cloudEndpoint)
  }
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('heading', { name: cloud, level: 1 })).toBeVisible()
  await expect(status(page)).toHaveText('Connected', { timeout: 60_000 })
  await expect(page.getByRole('tab', { name: /^Types [1-9]/ })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('table', { name: 'Types' }).getByRole('row').nth(1)).toBeVisible()
  // Never shown again, anywhere on the page.
  expect(await page.content()).not.toContain(env.cloudToken)
}

async function createPlan(page: Page) {
  await page.goto('/admin/plans')
  await page.getByRole('button', { name: 'Create plan' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Create plan' })
  await dialog.getByLabel('Cloud', { exact: true }).selectOption({ label: cloud })
  const type = dialog.getByLabel('Type', { exact: true })
  const first = await type.locator('option:not([value=""]):enabled').first().getAttribute('value')
  await type.selectOption(first ?? '')
  await dialog.getByLabel('Name for customers').fill(plan)
  await dialog.getByLabel(/^Markup per month/).fill('2.50')
  await dialog.getByRole('button', { name: 'Create plan' }).click()
  await expect(dialog.getByText(`${plan} is on sale`)).toBeVisible()
  await expect(dialog.getByText(/per month · \$/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('table', { name: 'Plans' }).getByRole('link', { name: plan })).toBeVisible()
}

async function giveCreditByHand(admin: Page, customer: Page) {
  await admin.goto(`/admin/customers?q=${encodeURIComponent(organisation)}`)
  await admin.getByRole('link', { name: organisation }).click()
  await admin.getByRole('button', { name: 'Add credit' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel(/^Amount in/).fill('25')
  await dialog.getByLabel('Reason').fill('Welcome')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByRole('list', { name: 'Lines of the ledger' })).toContainText('+$25.00')
  await dialog.getByRole('button', { name: 'Add credit' }).click()
  await expect(dialog).toBeHidden()
  await admin.getByRole('tab', { name: 'Money' }).click()
  await expect(admin.getByRole('region', { name: 'Statement' }).getByText('+$25.00')).toBeVisible()
  await expect(customer.getByRole('link', { name: /^Wallet: \$25\.00/ })).toBeVisible()
}

async function order(page: Page) {
  await fillOrder(page, plan, label)
  const summary = page.getByRole('region', { name: 'Summary' })
  await expect(summary.getByText(/per hour; a month is \d+ hours/)).toBeVisible()
  await expect(summary.getByText('Held now (first hour)')).toBeVisible()
  await summary.getByRole('button', { name: 'Create server' }).click()
  await expect(page).toHaveURL(/\/o\/org_\w+\/servers\/vps_/)
  await expect(page.getByRole('heading', { name: label, level: 1 })).toBeVisible()
  const job = page.getByRole('region', { name: 'Create', exact: true })
  await expect(job).toBeVisible()
  await expectAccessible(page, 'a server in progress')
  // No reload from here to the end: the stream brings each step.
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await expect(status(page)).toHaveText('Running', { timeout: 120_000 })
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
  await expect(page.getByRole('button', { name: /^Copy IP address/ })).toBeVisible()
  await expect(job.getByRole('heading', { name: /^Created by Grace Hopper/ })).toBeVisible()
}

async function remove(page: Page) {
  await openOwn(page, `/servers?q=${label}-b`)
  await page.getByRole('link', { name: `${label}-b` }).click()
  const before = (await sim.instances()).filter((i) => !i.deleted).length
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Remaining servers')).toBeVisible()
  const button = dialog.getByRole('button', { name: 'Delete server' })
  await dialog.getByRole('textbox').fill(label)
  await expect(button).toBeDisabled()
  await dialog.getByRole('textbox').fill(`${label}-b`)
  await button.click()
  await expect(status(page)).toHaveText('Deleted', { timeout: 90_000 })
  expect((await sim.instances()).filter((i) => !i.deleted)).toHaveLength(before - 1)
  await openOwn(page, '/servers')
  await expect(page.getByText('Start with your first server')).toBeVisible()
}
