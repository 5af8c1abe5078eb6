import type { Page } from '@playwright/test'
import { expect, expectAccessible, refused, test, unique } from './support'

const NAME = 'Demo identity'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

/** Says at the simulated issuer who one is. */
async function signInThere(page: Page, subject: string, email: string): Promise<void> {
  await expect(heading(page, NAME)).toBeVisible()
  await page.getByLabel('Name here').fill(subject)
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(heading(page, 'Sign in')).toBeVisible()
}

test.describe('another site’s word', () => {
  test.use({ expected: refused(400, 401, 403, 409) })

  test('signs a new person in, keeps the last way, and knows them again', async ({ page }) => {
    const subject = unique('ida')
    const email = `${subject}@foreign.example`
    await page.goto('/sign-in?next=%2Faccount%2Fsecurity')
    await expectAccessible(page, 'signing in elsewhere')
    await page.getByRole('button', { name: `Continue with ${NAME}` }).click()
    await signInThere(page, subject, email)

    // The page that was asked for, and no word or secret in its address.
    await expect(page.getByRole('heading', { name: 'Linked sign-ins' })).toBeVisible()
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/account/security')
    await expect(page.getByText(email).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Send a link to choose one' })).toBeVisible()
    await expectAccessible(page, 'signing in elsewhere')

    await page.getByRole('button', { name: `Unlink ${email}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
    await expect(page.getByRole('alert')).toContainText('only way')
    await page.keyboard.press('Escape')

    await signOut(page)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: `Continue with ${NAME}` }).click()
    await page.getByRole('button', { name: 'Refuse' }).click()
    await expect(page.getByRole('alert')).toContainText('did not sign in there')
    await page.getByRole('button', { name: `Continue with ${NAME}` }).click()
    await signInThere(page, subject, 'moved@foreign.example')
    await expect(heading(page, 'Dashboard')).toBeVisible()
  })
})
