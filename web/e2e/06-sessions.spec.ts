import type { BrowserContext, Page } from '@playwright/test'
import { env, expect, openOwn, PASSWORD, refused, register, signIn, test, unique } from './support'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

/** What the access token is in; without it the next request finds the session expired. */
const expire = (context: BrowserContext) => context.clearCookies({ name: /access/ })

/** The requests of one path from now on, of every tab. */
function count(context: BrowserContext, path: string): { n: number } {
  const seen = { n: 0 }
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === path) seen.n += 1
  })
  return seen
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(heading(page, 'Sign in')).toBeVisible()
}

test.describe('several tabs of one person', () => {
  test.use({ expected: refused(401, 409) })

  test('share one stream, and renew the session once', async ({ page, context }) => {
    const streams = count(context, '/api/notifications/stream')
    await register(page, `${unique('tabs')}@customer.example`, unique('Org'))
    const others = await Promise.all(Array.from({ length: 6 }, () => context.newPage()))
    for (const other of others) {
      await openOwn(other, '/activity')
      await expect(heading(other, 'Activity')).toBeVisible()
    }
    expect(streams.n).toBe(1)

    const renewals = count(context, '/api/auth/refresh')
    await expire(context)
    await Promise.all(others.map((other) => other.reload()))
    for (const other of others) await expect(heading(other, 'Activity')).toBeVisible()
    expect(renewals.n).toBe(1)
  })

  test('go with the sign-out of one, and become the person who signs in next', async ({ page, context }) => {
    const [ada, grace] = [`${unique('ada')}@customer.example`, `${unique('grace')}@customer.example`]
    await register(page, grace, unique('Org'))
    await signOut(page)
    const organisation = unique('Org')
    await register(page, ada, organisation)
    const other = await context.newPage()
    await openOwn(other, '/activity')
    await expect(other.getByText(organisation)).toBeVisible()

    await signOut(page)
    await expect(heading(other, 'Sign in')).toBeVisible()
    await signIn(page, grace, PASSWORD)
    await expect(heading(other, 'Dashboard')).toBeVisible()
    await expect(other.getByText(organisation)).toBeHidden()
  })

  test('do not act for a person who is no longer signed in', async ({ page, context }) => {
    const organisation = unique('Org')
    await register(page, `${unique('ada')}@customer.example`, organisation)
    // Another browser's session in this one's place, without a word to the tab.
    const other = await (await context.browser())?.newContext({ baseURL: env.baseUrl })
    if (!other) throw new Error('no browser')
    const second = await other.newPage()
    await register(second, `${unique('grace')}@customer.example`, unique('Org'))
    await context.clearCookies()
    await context.addCookies(await other.cookies())
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click()
    await expect(page.getByText('You are now signed in as Grace Hopper')).toBeVisible()
    await expect(heading(page, 'Dashboard')).toBeVisible()
    await expect(page.getByText(organisation)).toBeHidden()
    await other.close()
  })
})

test('a draft ends with the sign-out, and holds no private key', async ({ page }) => {
  await register(page, `${unique('ada')}@customer.example`, unique('Org'))
  await openOwn(page, '/servers/new')
  await page.getByLabel('Server name').fill('of-ada')
  const key = page.getByLabel('Public SSH key')
  await key.fill(
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----',
  )
  await expect(page.getByText(/That was a private key/)).toBeVisible()
  await expect(key).toHaveValue('')
  const stored = () => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))
  expect(await stored()).toContain('of-ada')
  expect(await stored()).not.toContain('b3Blbn')
  await page.reload()
  await expect(page.getByLabel('Server name')).toHaveValue('of-ada')
  await signOut(page)
  expect(await stored()).not.toContain('of-ada')
  await register(page, `${unique('grace')}@customer.example`, unique('Org'))
  await openOwn(page, '/servers/new')
  await expect(page.getByLabel('Server name')).toHaveValue('')
})
