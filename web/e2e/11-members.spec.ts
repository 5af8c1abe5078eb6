import type { Browser, Page } from '@playwright/test'
import {
  confirmAddress,
  expect,
  expectAccessible,
  mailedLink,
  openOwn,
  ownOrg,
  PASSWORD,
  refused,
  register,
  test,
  unique,
} from './support'

async function invite(page: Page, email: string, role: string) {
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByLabel('Role').selectOption(role)
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(email)).toBeVisible()
}

/** A new person opens the link of their mail, creates an account, and is a member. */
async function join(browser: Browser, link: string, email: string, organisation: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: `Join ${organisation}` })).toBeVisible()
  expect(page.url(), 'the token leaves the address').not.toContain('#')
  await expectAccessible(page, 'an invitation')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await expect(page.getByLabel('Email')).toHaveValue(email)
  await page.getByLabel('Name', { exact: true }).fill('Rita Guest')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('button', { name: new RegExp(`organisation ${organisation}$`) })).toBeVisible()
  return page
}

test.use({ expected: refused(401, 403, 404, 410) })

test('an owner invites two people, who see what their role may; a removed one is out within five seconds', async ({
  page: owner,
  browser,
}) => {
  test.setTimeout(240_000)
  const organisation = unique('Nimbus')
  const [bill, rita] = [`${unique('bill')}@customer.example`, `${unique('rita')}@customer.example`]
  const email = `${unique('grace')}@customer.example`
  await register(owner, email, organisation)
  // Only a person who reads mail at their address may send others mail.
  await confirmAddress(owner, email)
  await openOwn(owner, '/settings/members')
  await invite(owner, bill, 'billing')
  await invite(owner, rita, 'readonly')
  const org = await ownOrg(owner)

  const billing = await join(browser, await mailedLink(bill, '/invitation'), bill, organisation)
  const reader = await join(browser, await mailedLink(rita, '/invitation'), rita, organisation)

  await test.step('billing sees the statement and orders nothing; readonly changes nothing', async () => {
    await billing.goto(`/o/${org}/wallet`)
    await expect(billing.getByRole('heading', { name: 'Wallet', level: 1 })).toBeVisible()
    for (const page of [billing, reader]) {
      await page.goto(`/o/${org}/servers`)
      await expect(page.getByRole('heading', { name: 'Servers', level: 1 })).toBeVisible()
      await expect(page.getByRole('link', { name: 'Create server' })).toHaveCount(0)
      await page.goto(`/o/${org}/settings/members`)
      await expect(page.getByText(rita)).toBeVisible()
      await expect(page.getByRole('button', { name: 'Invite', exact: true })).toHaveCount(0)
    }
  })

  await test.step('a changed role counts in pages that are open', async () => {
    await owner.getByText(rita).waitFor()
    const row = owner.getByRole('listitem').filter({ hasText: rita })
    await row.getByRole('button', { name: /^Change the role/ }).click()
    await owner.getByRole('dialog').getByLabel('Role').selectOption('admin')
    await owner.getByRole('dialog').getByRole('button', { name: 'Save role' }).click()
    await expect(reader.getByRole('button', { name: 'Invite', exact: true })).toBeVisible({ timeout: 10_000 })
  })

  await test.step('a removed member is out within five seconds', async () => {
    const row = owner.getByRole('listitem').filter({ hasText: bill })
    await row.getByRole('button', { name: /^Remove/ }).click()
    await owner.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(owner.getByText(bill)).toHaveCount(0)
    await expect(billing.getByText(rita)).toHaveCount(0, { timeout: 5_000 })
  })
})
