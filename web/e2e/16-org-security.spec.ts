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
import { addApp } from './totp'

test.use({ expected: refused(401, 403, 409) })

test('an owner asks for second factors; a member is led to add one, and then sees the organisation', async ({
  page: owner,
  browser,
}) => {
  test.setTimeout(180_000)
  const organisation = unique('Guarded')
  const [email, mia] = [`${unique('olga')}@customer.example`, `${unique('mia')}@customer.example`]
  await register(owner, email, organisation)
  await confirmAddress(owner, email)
  await openOwn(owner, '/settings/members')
  await owner.getByRole('button', { name: 'Invite', exact: true }).click()
  await owner.getByRole('dialog').getByLabel('Email').fill(mia)
  await owner.getByRole('dialog').getByRole('button', { name: 'Invite', exact: true }).click()
  await expect(owner.getByText(mia)).toBeVisible()
  const org = await ownOrg(owner)

  const member = await (await browser.newContext()).newPage()
  await member.goto(await mailedLink(mia, '/invitation'))
  await member.getByRole('link', { name: 'Create an account' }).click()
  await member.getByLabel('Name', { exact: true }).fill('Mia Guest')
  await member.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await member.getByRole('button', { name: 'Create account' }).click()
  await expect(member.getByRole('button', { name: new RegExp(`organisation ${organisation}$`) })).toBeVisible()

  await test.step('without one of their own the owner is sent to add it first', async () => {
    await openOwn(owner, '/settings/security')
    await expectAccessible(owner, 'an organisation’s security')
    await owner.getByRole('button', { name: 'Require a second factor' }).click()
    await owner.getByRole('link', { name: 'Add yours' }).click()
    await addApp(owner)
    await openOwn(owner, '/settings/security')
    await owner.getByRole('button', { name: 'Require a second factor' }).click()
    await expect(owner.getByText('Required of every member.')).toBeVisible()
    await openOwn(owner, '/settings/members')
    const row = owner.getByRole('listitem').filter({ hasText: mia })
    await expect(row.getByText('No second factor')).toBeVisible()
  })

  await test.step('a member without one is led there, and comes back with it', async () => {
    await expect(async () => {
      await member.goto(`/o/${org}/servers`)
      await expect(member.getByText(`${organisation} asks for a second factor`)).toBeVisible({ timeout: 5_000 })
    }).toPass({ timeout: 30_000 })
    expect(new URL(member.url()).pathname).toBe('/account/security')
    await addApp(member)
    await member.goto(`/o/${org}/servers`)
    await expect(member.getByRole('heading', { name: 'Servers', level: 1 })).toBeVisible()
  })

  await test.step('a list of networks without one’s own address is refused', async () => {
    await openOwn(owner, '/settings/security')
    const networks = owner.getByLabel('Addresses and networks')
    await networks.fill('198.51.100.0/24')
    await owner.getByRole('button', { name: 'Save networks' }).click()
    await expect(owner.getByText(/is not in the list, so you could not use the organisation from here/)).toBeVisible()
    await networks.fill('127.0.0.1\n::1\n198.51.100.0/24')
    await owner.getByRole('button', { name: 'Save networks' }).click()
    await expect(owner.getByText('Networks saved')).toBeVisible()
  })
})
