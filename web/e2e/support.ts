import AxeBuilder from '@axe-core/playwright'
import {
  test as base,
  expect,
  request,
  type APIRequestContext,
  type APIResponse,
  type Locator,
  type Page,
} from '@playwright/test'
import type { AdminPlan, Body, Cloud, CloudCatalog, CloudType, Customer, Me, TokenPair } from '@/lib/api/types'

function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/** Whom and what the tests meet. */
export const env = {
  get baseUrl() {
    return process.env.E2E_BASE_URL ?? 'http://127.0.0.1:3001'
  },
  get adminEmail() {
    return need('E2E_ADMIN_EMAIL')
  },
  get adminPassword() {
    return need('E2E_ADMIN_PASSWORD')
  },
  get cloudToken() {
    return need('E2E_CLOUD_TOKEN')
  },
  /** Where the simulated cloud's API is; empty when the panel's default already points there. */
  get cloudEndpoint() {
    return process.env.E2E_CLOUD_ENDPOINT ?? ''
  },
  get simControl() {
    return need('E2E_SIM_CONTROL').replace(/\/$/, '')
  },
}

export const PASSWORD = 'correct-Horse7-battery'
export const unique = (word: string) =>
  `${word}-${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`

interface Fixtures {
  /** Console errors that a test expects, such as a refused request. */
  expected: { patterns: RegExp[] }
}

/** Every page of every test: an error in its console fails the test. */
export const test = base.extend<Fixtures>({
  expected: [{ patterns: [] }, { option: true }],
  context: async ({ context, expected }, provide) => {
    const errors: string[] = []
    context.on('console', (message) => {
      const text = message.text()
      if (message.type() === 'error' && !expected.patterns.some((pattern) => pattern.test(text)))
        errors.push(`${message.page()?.url() ?? ''}: ${text}`)
    })
    context.on('weberror', (error) => errors.push(String(error.error())))
    await provide(context)
    expect(errors, 'console errors').toEqual([])
  },
})
export { expect }

/** A refused request is written to the console by the browser itself. */
export const refused = (...statuses: number[]) => ({
  patterns: statuses.map((status) => new RegExp(`status of ${status}\\b`)),
})

/** Signs in, and waits for the page that the person begins on. */
export async function signIn(page: Page, email: string, password: string, first = 'Dashboard'): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: first, level: 1 })).toBeVisible()
}

export const signInAsAdmin = (page: Page) => signIn(page, env.adminEmail, env.adminPassword, 'Overview')

export async function register(page: Page, email: string, organisation: string): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('Name', { exact: true }).fill('Grace Hopper')
  await page.getByLabel('Organisation (optional)').fill(organisation)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible()
}

/** The link of the newest mail to an address that leads to this page of the panel: `/verify`. */
export async function mailedLink(email: string, path: string): Promise<string> {
  let link: string | undefined
  const look = async () => {
    const mails = (await (await fetch(`${env.simControl}/mail`)).json()) as { to: string[]; text: string }[]
    const links = mails.filter(({ to }) => to.includes(email)).map(({ text }) => text.match(/\/\w+#\S+/g) ?? [])
    link = links.flat().findLast((found) => found.startsWith(`${path}#`))
    return link !== undefined
  }
  await expect.poll(look, { timeout: 30_000, message: `a mail to ${email} with a link to ${path}` }).toBe(true)
  return link ?? ''
}

/** Opens the link of the mail that a new person got, and returns to where they begin. */
export async function confirmAddress(page: Page, email: string): Promise<void> {
  await page.goto(await mailedLink(email, '/verify'))
  await page.getByRole('button', { name: 'Confirm the address' }).click()
  await page.getByRole('link', { name: 'Open the panel' }).click()
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible()
}

/** The organisation that the page shows, else the first one of its person. */
export async function ownOrg(page: Page): Promise<string> {
  const shown = /\/o\/(org_\w+)/.exec(page.url())?.[1]
  if (shown) return shown
  const { organisations } = await json<Me>(await page.request.get('/api/auth/me'))
  expect(organisations.length, 'organisations of the person').toBeGreaterThan(0)
  return organisations[0]?.id ?? ''
}

/** Opens a page of that organisation: `/servers/new`. */
export const openOwn = async (page: Page, path: string) => page.goto(`/o/${await ownOrg(page)}${path}`)

/** Fills the order form; the plan by its name, the rest by what is first on offer. */
export async function fillOrder(page: Page, plan: string, label: string): Promise<void> {
  await openOwn(page, '/servers/new')
  await page.getByRole('group', { name: 'Plan' }).getByRole('radio', { name: plan }).check({ force: true })
  await page.getByRole('group', { name: 'Distribution' }).getByRole('radio').first().check({ force: true })
  await page.getByRole('group', { name: 'Region' }).locator('input:enabled').first().check({ force: true })
  await page
    .getByRole('group', { name: 'Access' })
    .getByRole('radio', { name: /Root password/ })
    .check({ force: true })
  await page.getByLabel('Root password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Server name').fill(label)
}

/** The word beside the dot of the page's heading. */
export const status = (page: Page): Locator => page.getByRole('status', { name: /^(Status|State)$/ })

/** Runs in the page: waits until nothing fades or slides; a colour on its way has no contrast to measure. */
async function settled(): Promise<void> {
  const passing = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(passing.map((one) => one.finished))
}

/** axe on the whole page, by the rules of WCAG 2.2 AA. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(settled)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // The frame of a mail: no script runs there, axe neither.
    .exclude('iframe[sandbox]')
    .analyze()
  const words = violations.map(
    (v) => `${v.id}: ${v.help}\n    ${v.nodes.map((n) => n.target.join(' ')).join('\n    ')}`,
  )
  expect(words, `axe: ${what}`).toEqual([])
}

/** The simulated cloud, steered from outside. */
export const sim = {
  /** Whether the cloud accepts the token from now on. */
  async token(valid: boolean): Promise<void> {
    const answer = await fetch(`${env.simControl}/token`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: env.cloudToken, valid }),
    })
    expect(answer.ok, `the simulator answered ${answer.status}`).toBe(true)
  },
  async instances(): Promise<{ id: number; label: string; deleted: boolean }[]> {
    const answer = await fetch(`${env.simControl}/state`)
    return ((await answer.json()) as { instances: { id: number; label: string; deleted: boolean }[] }).instances
  },
}

/** The API as an admin, to prepare what a test is not about. */
export async function adminApi(): Promise<APIRequestContext> {
  const open = await request.newContext({ baseURL: env.baseUrl })
  const answer = await open.post('/api/auth/token', {
    data: {
      grant_type: 'password',
      email: env.adminEmail,
      password: env.adminPassword,
    } satisfies Body<'/api/auth/token', 'post'>,
  })
  const { access_token } = await json<TokenPair>(answer)
  await open.dispose()
  return request.newContext({ baseURL: env.baseUrl, extraHTTPHeaders: { authorization: `Bearer ${access_token}` } })
}

export async function json<T>(answer: APIResponse): Promise<T> {
  expect(answer.ok(), await answer.text()).toBe(true)
  return (await answer.json()) as T
}

/** A plan on sale: an existing one, or a new one on a newly connected cloud. */
export async function ensurePlan(api: APIRequestContext): Promise<AdminPlan> {
  const plans = await json<{ items: AdminPlan[] }>(await api.get('/api/admin/plans'))
  const standing = plans.items.find((p) => p.active)
  if (standing) return standing
  const { cloud } = await json<{ cloud: Cloud }>(
    await api.post('/api/admin/clouds', {
      data: {
        provider: 'linode',
        name: unique('cloud'),
        token: env.cloudToken,
        ...(env.cloudEndpoint ? { endpoint: env.cloudEndpoint } : {}),
      } satisfies Body<'/api/admin/clouds', 'post'>,
    }),
  )
  let type: CloudType | undefined
  await expect
    .poll(
      async () => {
        const catalog = await json<CloudCatalog>(await api.get(`/api/admin/clouds/${cloud.id}/catalog`))
        type = catalog.types.find((t) => t.available)
        return type !== undefined
      },
      { timeout: 60_000 },
    )
    .toBe(true)
  return json<AdminPlan>(
    await api.post('/api/admin/plans', {
      data: {
        cloud_id: cloud.id,
        type_id: type?.id ?? '',
        name: unique('Plan'),
        markup_monthly: { amount: '2.000000', currency: 'USD' },
      } satisfies Body<'/api/admin/plans', 'post'>,
    }),
  )
}

const REASON: Body<'/api/admin/clouds/{id}/resume', 'post'> = { reason: 'Browser test' }

/** Lets the jobs of every cloud run again: a refused token pauses its cloud. */
export async function resumeClouds(api: APIRequestContext): Promise<void> {
  const { items } = await json<{ items: Cloud[] }>(await api.get('/api/admin/clouds'))
  for (const cloud of items.filter((c) => c.paused))
    await json(await api.post(`/api/admin/clouds/${cloud.id}/resume`, { data: REASON }))
}

/**
 * Waits until the order on the page fails, because its cloud refuses the token. A scheduled check may
 * meet the refusal first and pause the cloud; the order then waits until an operator resumes it.
 */
export async function expectRefused(page: Page, api: APIRequestContext): Promise<void> {
  await expect(async () => {
    await resumeClouds(api)
    await expect(status(page)).toHaveText('Failed', { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
}

/** Credit for the organisation of this name. */
export async function giveCredit(api: APIRequestContext, organisation: string, amount: string): Promise<void> {
  const found = await json<{ items: Customer[] }>(
    await api.get('/api/admin/customers', { params: { q: organisation } }),
  )
  const customer = found.items.find((c) => c.name === organisation)
  expect(customer, `customer ${organisation}`).toBeDefined()
  await json(
    await api.post(`/api/admin/customers/${customer?.org_id}/credit`, {
      headers: { 'idempotency-key': unique('e2e-credit') },
      data: {
        amount: { amount, currency: 'USD' },
        ...REASON,
      } satisfies Body<'/api/admin/customers/{org}/credit', 'post'>,
    }),
  )
}

/** A customer with credit, and an order that is filled in but not sent. */
export async function filledOrder(page: Page): Promise<string> {
  const api = await adminApi()
  const plan = await ensurePlan(api)
  const organisation = unique('Org')
  await register(page, `${unique('net')}@customer.example`, organisation)
  await giveCredit(api, organisation, '25.000000')
  await api.dispose()
  const label = unique('net')
  await fillOrder(page, plan.name, label)
  await expect(page.getByRole('region', { name: 'Summary' }).getByText('Held now (first hour)')).toBeVisible()
  return label
}
