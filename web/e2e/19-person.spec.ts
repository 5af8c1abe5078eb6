import { readFile } from 'node:fs/promises'
import { env, expect, PASSWORD, refused, register, test, unique } from './support'

// A page that is open asks once more for what is no longer its reader's.
test.use({ expected: refused(401, 403, 404) })

test('a person downloads what is held about them, has themself erased, and may come again', async ({ page }) => {
  const email = `${unique('grace')}@customer.example`
  await register(page, email, 'Hopper Systems')
  await page.goto('/account/data')
  await page.getByRole('button', { name: 'Ask for a copy' }).click()
  await expect(page.getByText('Ready', { exact: true })).toBeVisible({ timeout: 30_000 })
  const file = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  const copy = JSON.parse(await readFile(await (await file).path(), 'utf8')) as {
    tables: { app_user: { rows: { email: string }[] } }
  }
  expect(copy.tables.app_user.rows.map((row) => row.email)).toEqual([email])

  await page.getByRole('button', { name: 'Delete account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your email address').fill(email)
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible()

  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert')).toBeVisible()

  const said = async () => {
    const mails = (await (await fetch(`${env.simControl}/mail`)).json()) as { to: string[]; subject: string }[]
    return mails.filter(({ to }) => to.includes(email)).map(({ subject }) => subject)
  }
  await expect.poll(said, { timeout: 30_000 }).toContain('Your account was erased')
  await register(page, email, 'Hopper again')
})
