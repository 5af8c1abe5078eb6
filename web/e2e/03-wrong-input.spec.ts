import {
  adminApi,
  ensurePlan,
  env,
  expect,
  fillOrder,
  giveCredit,
  openOwn,
  PASSWORD,
  refused,
  register,
  signIn,
  signInAsAdmin,
  test,
  unique,
} from './support'

test.use({ expected: refused(400, 401, 402, 403, 404, 409) })

test('a wrong password is refused in words, and the address stays', async ({ page }) => {
  await page.goto('/wallet')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fwallet/)
  await page.getByLabel('Email').fill(env.adminEmail)
  await page.getByLabel('Password', { exact: true }).fill('not the password at all')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('do not match')
  await expect(page.getByLabel('Email')).toHaveValue(env.adminEmail)
})

test('registering says why it is refused', async ({ page, browser }) => {
  const email = `${unique('grace')}@customer.example`
  await page.goto('/register')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('Enter your name.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('short')
  await expect(page.getByText(/more characters? needed/)).toBeVisible()
  await register(page, email, unique('Org'))

  const context = await browser.newContext({ baseURL: env.baseUrl })
  const second = await context.newPage()
  await second.goto('/register')
  await second.getByLabel('Name', { exact: true }).fill('Grace Murray')
  await second.getByLabel('Email').fill(email)
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Create account' }).click()
  await expect(second.getByText('An account with this address already exists. Sign in instead.')).toBeVisible()
  await context.close()
})

test('a wrong order is refused where the mistake is', async ({ page }) => {
  const organisation = unique('Org')
  const api = await adminApi()
  const plan = await ensurePlan(api)
  await register(page, `${unique('grace')}@customer.example`, organisation)

  await test.step('an empty form names each choice', async () => {
    await openOwn(page, '/servers/new')
    await page.getByRole('button', { name: 'Create server' }).click()
    await expect(page.getByText('Choose a plan.')).toBeVisible()
    await expect(page.getByText('Give the server a name.')).toBeVisible()
  })

  await test.step('short funds: needed, available and what to do; nothing typed is lost', async () => {
    await fillOrder(page, plan.name, 'first')
    await expect(page.getByText('Not enough in your wallet')).toBeVisible()
    await page.getByRole('button', { name: 'Create server' }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'Needed now' })
    await expect(alert).toContainText('Available: $0.00')
    await expect(page.getByLabel('Server name')).toHaveValue('first')
    await expect(page).toHaveURL(/\/servers\/new/)
  })

  await test.step('the draft comes back without the password', async () => {
    await page.reload()
    await expect(page.getByLabel('Server name')).toHaveValue('first')
    await expect(page.getByLabel('Root password', { exact: true })).toHaveValue('')
  })

  await test.step('a name that is taken is said at the name', async () => {
    await giveCredit(api, organisation, '30.000000')
    await page.getByLabel('Root password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create server' }).click()
    await expect(page).toHaveURL(/\/servers\/vps_/)
    await fillOrder(page, plan.name, 'first')
    await page.getByRole('button', { name: 'Create server' }).click()
    await expect(page.getByText('Another of your servers already has this name.')).toBeVisible()
  })
})

test('pages and servers of others do not exist', async ({ page }) => {
  await register(page, `${unique('grace')}@customer.example`, unique('Org'))
  await expect(page.getByRole('link', { name: 'Customers' })).toHaveCount(0)
  await page.goto('/admin/customers')
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  await openOwn(page, '/servers/vps_01jd0000000000000000000000')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
})

test('credit needs an amount and a reason', async ({ page }) => {
  await signInAsAdmin(page)
  await page.goto('/admin/customers')
  await page.getByRole('table', { name: 'Customers' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Add credit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Amount in/).fill('-5')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByText('Enter an amount such as 25 or 25.50.')).toBeVisible()
  await expect(dialog.getByText('Give a short reason.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('a token that the cloud refuses is reported live', async ({ page }) => {
  await signInAsAdmin(page)
  await page.goto('/admin/clouds?dialog=connect')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(unique('wrong'))
  await dialog.getByLabel('API token', { exact: true }).fill('this-token-is-not-known')
  if (env.cloudEndpoint) {
    await dialog.getByText('Use a different API address').click()
    await dialog.getByLabel('Endpoint (optional)').fill(env.cloudEndpoint)
  }
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByText('This cloud refuses the token')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove cloud' }).click()
  await expect(page).toHaveURL(/\/admin\/clouds$/)
})

test('signing out ends it everywhere in this browser', async ({ page }) => {
  const email = `${unique('grace')}@customer.example`
  await register(page, email, unique('Org'))
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto('/servers')
  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(page, email, PASSWORD)
})
