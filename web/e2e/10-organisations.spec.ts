import type { Page } from '@playwright/test'
import {
  adminApi,
  ensurePlan,
  expect,
  expectAccessible,
  fillOrder,
  giveCredit,
  ownOrg,
  refused,
  register,
  status,
  test,
  unique,
} from './support'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const wallet = (page: Page, balance: RegExp) => page.getByRole('link', { name: balance })

/** Which organisations a tab asked for something of, from now on. */
function asked(page: Page): Set<string> {
  const seen = new Set<string>()
  page.on('request', (request) => {
    const org = request.headers()['x-org']
    if (org) seen.add(org)
  })
  return seen
}

/** Opens the switcher by its key. */
async function openSwitcher(page: Page, shown: string) {
  await page.getByRole('button', { name: new RegExp(`organisation ${shown}$`) }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
}

// A membership that is new ends the access token of before.
test.describe('one person', () => {
  test.use({ expected: refused(401) })

  test('two tabs show two organisations, each with its own servers, wallet and live events', async ({
    page: first,
    context,
  }) => {
    test.setTimeout(240_000)
    const [nimbus, cirrus] = [unique('Nimbus'), unique('Cirrus')]
    const label = unique('of-nimbus')
    const api = await adminApi()
    const plan = await ensurePlan(api)
    let streams = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/api/notifications/stream')) streams += 1
    })

    await register(first, `${unique('grace')}@customer.example`, nimbus)
    const a = await ownOrg(first)
    await giveCredit(api, nimbus, '25.000000')

    const second = await context.newPage()
    const b = await test.step('a second organisation is created in another tab, from the switcher', async () => {
      await second.goto(`/o/${a}/dashboard`)
      await openSwitcher(second, nimbus)
      await second.getByRole('menuitem', { name: 'New organisation…' }).click()
      await second.getByLabel('Name').fill(cirrus)
      await second.getByRole('button', { name: 'Create organisation' }).click()
      await expect(heading(second, 'Dashboard')).toBeVisible()
      await expect(second.getByRole('button', { name: new RegExp(`organisation ${cirrus}$`) })).toBeVisible()
      const org = await ownOrg(second)
      expect(org).not.toBe(a)
      return org
    })
    const [byFirst, bySecond] = [asked(first), asked(second)]

    await test.step('each has the wallet of its own, and credit appears where it was given', async () => {
      await giveCredit(api, cirrus, '7.000000')
      await expect(wallet(second, /^Wallet: \$7\.00/)).toBeVisible()
      await expect(wallet(first, /^Wallet: \$25\.00/)).toBeVisible()
    })

    await test.step('a server of one comes up live in its tab, and is nowhere in the other', async () => {
      await second.goto(`/o/${b}/servers`)
      await expect(second.getByText('Start with your first server')).toBeVisible()
      await fillOrder(first, plan.name, label)
      await first.getByRole('button', { name: 'Create server' }).click()
      await expect(heading(first, label)).toBeVisible()
      await expect(status(first)).toHaveText('Running', { timeout: 120_000 })
      await expect(second.getByText('Start with your first server')).toBeVisible()
      await expect(second.getByText(label)).toHaveCount(0)
      await expect(wallet(second, /^Wallet: \$7\.00/)).toBeVisible()
    })

    await test.step('neither tab asked for anything of the other’s, and they shared one stream', () => {
      expect([...byFirst]).toEqual([a])
      expect([...bySecond]).toEqual([b])
      // One at first; one asked for with the older token when the membership is new; one with the next token.
      expect(streams, 'streams opened, one after the other').toBeLessThanOrEqual(3)
    })

    await test.step('each tab remembers its own', async () => {
      for (const [tab, org] of [
        [first, a],
        [second, b],
      ] as const) {
        await tab.goto('/')
        await expect(tab).toHaveURL(new RegExp(`/o/${org}/dashboard$`))
      }
      // An address of before leads to the organisation of its tab.
      await second.goto('/servers?status=stopped')
      await expect(second).toHaveURL(new RegExp(`/o/${b}/servers\\?status=stopped$`))
    })

    await test.step('the switcher leads by keys to the same place of the other', async () => {
      await second.goto(`/o/${b}/servers`)
      await openSwitcher(second, cirrus)
      // Letters that come before the menu has the focus lead nowhere; a second later they begin a word again.
      await expect(async () => {
        await second.keyboard.type(nimbus.slice(0, 3))
        await expect(second.getByRole('menuitemradio', { name: nimbus })).toBeFocused({ timeout: 2_000 })
      }).toPass()
      await second.keyboard.press('Enter')
      await expect(second).toHaveURL(new RegExp(`/o/${a}/servers$`))
      await expect(second.getByRole('link', { name: label })).toBeVisible()
      await expect(wallet(second, /^Wallet: \$2[0-9]\./)).toBeVisible()
      await second.goBack()
      await expect(second.getByText('Start with your first server')).toBeVisible()
    })
    await api.dispose()
  })
})

test.describe('an organisation of others', () => {
  test.use({ expected: refused(404) })

  test('does not exist, for its page and for the API alike', async ({ page, browser, baseURL }) => {
    const other = await browser.newContext(baseURL ? { baseURL } : {})
    const stranger = await other.newPage()
    await register(stranger, `${unique('ada')}@customer.example`, unique('Org'))
    const theirs = await ownOrg(stranger)
    await other.close()

    const mine = unique('Org')
    await register(page, `${unique('grace')}@customer.example`, mine)
    const asks = asked(page)
    await page.goto(`/o/${theirs}/wallet`)
    await expect(heading(page, 'Organisation not found')).toBeVisible()
    await expectAccessible(page, 'an organisation that is not mine')
    expect([...asks]).not.toContain(theirs)
    const answer = await page.request.get('/api/wallet', { headers: { 'x-org': theirs } })
    expect(answer.status()).toBe(404)
    await page.getByRole('link', { name: 'Go to your organisation' }).click()
    await expect(heading(page, 'Dashboard')).toBeVisible()
  })
})
