import type { Page } from '@playwright/test'
import {
  confirmAddress,
  expect,
  expectAccessible,
  mailedLink,
  PASSWORD,
  refused,
  register,
  signIn,
  test,
  unique,
} from './support'

const NEXT = 'another-Horse8-battery'
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(heading(page, 'Sign in')).toBeVisible()
}

test.use({ expected: refused(400, 401, 403, 410) })

test('a forgotten password: one link, used once, ends every session and opens none', async ({ page, browser }) => {
  test.setTimeout(180_000)
  const email = `${unique('ada')}@customer.example`
  await register(page, email, unique('Org'))
  const other = await (await browser.newContext()).newPage()
  await other.goto('/sign-in')
  await other.getByRole('link', { name: 'Forgot your password?' }).click()
  // Both pages ask for an address: it is typed into the second.
  await expect(heading(other, 'Forgot your password?')).toBeVisible()
  await other.getByLabel('Email').fill(email)
  await other.getByRole('button', { name: 'Send the link' }).click()
  await expect(heading(other, 'Look into your mailbox')).toBeVisible()
  await expectAccessible(other, 'a link was sent')

  const link = await mailedLink(email, '/reset')
  await other.goto(link)
  await expect(heading(other, 'Choose a new password')).toBeVisible()
  await expect(other, 'the token leaves the address').toHaveURL(/\/reset$/)
  await other.getByLabel('New password').fill('password')
  await other.getByRole('button', { name: 'Set the password' }).click()
  await expect(other.getByText(/at least|easy|guess/i).first()).toBeVisible()
  await other.getByLabel('New password').fill(NEXT)
  await other.getByRole('button', { name: 'Set the password' }).click()
  await expect(heading(other, 'Your password is changed')).toBeVisible()

  // It opened no session, and ended the one there was.
  await expect(heading(page, 'Sign in')).toBeVisible({ timeout: 30_000 })
  await other.goto('/')
  await expect(heading(other, 'Sign in')).toBeVisible()
  await other.goto(link)
  await other.getByLabel('New password').fill(PASSWORD)
  await other.getByRole('button', { name: 'Set the password' }).click()
  await expect(other.getByText(/no longer counts|was used|is used up|expired|ask for another/i).first()).toBeVisible()
  await signIn(other, email, NEXT)
})

test('an address becomes another, and the old one takes that back', async ({ page }) => {
  test.setTimeout(180_000)
  const [old, next] = [`${unique('ada')}@customer.example`, `${unique('new')}@customer.example`]
  await register(page, old, unique('Org'))
  await confirmAddress(page, old)
  await page.goto('/account/security')
  await page.getByLabel('New address').fill(next)
  await page.getByRole('button', { name: 'Change address' }).click()
  await expect(page.getByText('Look into the new mailbox')).toBeVisible()
  await page.goto(await mailedLink(next, '/verify'))
  await page.getByRole('button', { name: 'Confirm the address' }).click()
  await expect(page.getByText(next)).toBeVisible()

  // The reader of the old mailbox takes it back, without signing in.
  await page.goto(await mailedLink(old, '/undo'))
  await page.getByRole('button', { name: 'Take the change back' }).click()
  await expect(heading(page, 'Your address counts again')).toBeVisible()
  // Another person may know the password: the old mailbox got a link to choose another.
  await page.goto(await mailedLink(old, '/reset'))
  await page.getByLabel('New password').fill(NEXT)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await expect(heading(page, 'Your password is changed')).toBeVisible()
  await signIn(page, old, NEXT)
})

test('a profile, a password, and where one is signed in', async ({ page, browser }) => {
  test.setTimeout(180_000)
  const email = `${unique('ada')}@customer.example`
  await register(page, email, unique('Org'))
  await page.goto('/account/profile')
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace')
  await page.getByLabel('Time zone').selectOption('Europe/London')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Profile saved')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace')

  const other = await (await browser.newContext()).newPage()
  await signIn(other, email, PASSWORD)
  await page.goto('/account/sessions')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2)
  await page
    .getByRole('listitem')
    .getByRole('button', { name: /^Sign out .+/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
  await expect(heading(other, 'Sign in')).toBeVisible({ timeout: 30_000 })

  await page.goto('/account/security')
  await page.getByLabel('Current password').fill('not the password')
  await page.getByLabel('New password').fill(NEXT)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText(/not your password/)).toBeVisible()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed')).toBeVisible()
  await signOut(page)
  await signIn(page, email, NEXT)
})
