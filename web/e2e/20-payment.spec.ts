import { confirmAddress, expect, expectAccessible, openOwn, register, test, unique } from './support'

test('two clicks fill the wallet: an amount, and the approval at the simulated PayPal', async ({ page }) => {
  test.setTimeout(120_000)
  const email = `${unique('pay')}@customer.example`
  await register(page, email, unique('Org'))
  await confirmAddress(page, email)
  await openOwn(page, '/wallet')
  await page.getByRole('button', { name: 'Add money' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add money' })
  await dialog.getByLabel(/^Amount/).fill('4.99')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByText('Pay $5.00 at least.')).toBeVisible()
  await expectAccessible(page, 'an amount is refused')
  await dialog.getByRole('button', { name: '$25.00' }).click()
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByRole('group', { name: 'What it means' })).toContainText('+$25.00')
  await expectAccessible(page, 'what a payment means')
  await dialog.getByRole('button', { name: 'Continue to PayPal' }).click()

  await page.waitForURL(/checkoutnow/)
  await page.locator('button[value=pay]').click()

  await expect(page.getByText('The money is in your wallet')).toBeVisible({ timeout: 30_000 })
  await expect(page, 'the address no longer has what PayPal wrote into it').toHaveURL(
    /\/wallet\/payments\/payment_\w+$/,
  )
  await expectAccessible(page, 'a payment arrived')
  await page.getByRole('link', { name: 'Wallet' }).last().click()
  await expect(page.getByText('$25.00').first()).toBeVisible()
  await expect(page.getByRole('table', { name: 'Payments' }).getByText('Paid')).toBeVisible()
})

test('who leaves without paying pays nothing, and may begin again', async ({ page }) => {
  test.setTimeout(120_000)
  const email = `${unique('pay')}@customer.example`
  await register(page, email, unique('Org'))
  await confirmAddress(page, email)
  await openOwn(page, '/wallet?dialog=top-up')
  const dialog = page.getByRole('dialog', { name: 'Add money' })
  await dialog.getByRole('button', { name: '$10.00' }).click()
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByRole('button', { name: 'Continue to PayPal' }).click()
  await page.waitForURL(/checkoutnow/)
  await page.locator('button[value=cancel]').click()
  await expect(page.getByText('You cancelled this payment')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('link', { name: 'Begin another payment' })).toBeVisible()
})
