import {
  adminApi,
  ensurePlan,
  env,
  expect,
  expectAccessible,
  expectRefused,
  fillOrder,
  giveCredit,
  register,
  resumeClouds,
  signInAsAdmin,
  sim,
  status,
  test,
  unique,
} from './support'

test.afterEach(() => sim.token(true))

test('an order that the cloud fails is seen by the admin, and Retry completes it', async ({ page, browser }) => {
  test.setTimeout(180_000)
  const organisation = unique('Org')
  const label = unique('fails')
  const api = await adminApi()
  const plan = await ensurePlan(api)

  await register(page, `${unique('grace')}@customer.example`, organisation)
  await giveCredit(api, organisation, '20.000000')
  await expect(page.getByRole('link', { name: /^Wallet: \$20\.00/ })).toBeVisible()

  await test.step('the customer is told, in words, and charged nothing', async () => {
    await sim.token(false)
    await fillOrder(page, plan.name, label)
    await page.getByRole('button', { name: 'Create server' }).click()
    await expectRefused(page, api)
    await expect(page.getByText('This server could not be created')).toBeVisible()
    await expect(page.getByRole('link', { name: /^Wallet: \$20\.00/ })).toBeVisible()
    expect((await page.locator('main').innerText()).toLowerCase()).not.toContain('linode')
    await expectAccessible(page, 'a failed server')
  })

  await test.step('the admin finds the job, reads why, and retries it', async () => {
    await sim.token(true)
    await resumeClouds(api)
    const context = await browser.newContext({ baseURL: env.baseUrl })
    const admin = await context.newPage()
    await signInAsAdmin(admin)
    await admin.goto('/admin/jobs?state=failed')
    const row = admin.getByRole('row').filter({ hasText: label })
    await expect(row).toContainText('Create server')
    await row.click()
    await expect(admin).toHaveURL(/\/admin\/jobs\/job_/)
    await expect(status(admin)).toHaveText('Failed')
    const failed = new URL(admin.url()).pathname
    // The token's refusal, and what to do about it.
    await expect(admin.locator('main').getByText(/token/i).first()).toBeVisible()
    await expectAccessible(admin, 'a failed job')
    await admin.getByRole('button', { name: 'Retry', exact: true }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('Reason (optional)').fill('The cloud is back')
    await dialog.getByRole('button', { name: 'Retry job' }).click()
    // What ended stays ended: another job continues the order.
    await expect(admin).not.toHaveURL(new RegExp(failed))
    await expect(status(admin)).toHaveText('Succeeded', { timeout: 120_000 })
    await context.close()
  })

  await test.step('the customer’s page shows it running, without a reload', async () => {
    await expect(status(page)).toHaveText('Running', { timeout: 60_000 })
  })
})
