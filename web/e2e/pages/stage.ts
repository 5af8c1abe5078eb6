import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request, type APIRequestContext } from '@playwright/test'
import type { AdminPlan, Body, Cloud, Customer, Invoice, Me, Payment, Plan, PlanRegion, Vps } from '@/lib/api/types'
import { adminApi, env, expect, giveCredit, json, mailedLink, PASSWORD, resumeClouds, sim, unique } from '../support'

/** What the walk finds: ids of what it opens, and who may. */
export interface Stage {
  customer: string
  plan: string
  /** Servers that run, one with the longest name; and one that failed. */
  running: string[]
  long: string
  failed: string
  job: string
  org: string
  /** The customer's user. */
  user: string
  /** The administrator's own organisation. */
  own: string
  cloud: string
  /** A receipt of the customer's. */
  invoice: string
  /** A payment of the customer's. */
  payment: string
}

const FILE = 'test-results/stage.json'
/** As long as a name may be, without a place to break it. */
const LONG = 'w'.repeat(64)

export const stage = (): Stage => JSON.parse(readFileSync(FILE, 'utf8')) as Stage

/** A request of one's own sign-in. */
export async function signedIn(email: string): Promise<APIRequestContext> {
  const api = await request.newContext({ baseURL: env.baseUrl, extraHTTPHeaders: { origin: env.baseUrl } })
  const password = email === env.adminEmail ? env.adminPassword : PASSWORD
  await json(await api.post('/api/auth/login', { data: { email, password } satisfies Body<'/api/auth/login', 'post'> }))
  return api
}

async function order(api: APIRequestContext, plan: Plan | undefined, label: string): Promise<Vps> {
  const regions = await json<{ items: PlanRegion[] }>(await api.get(`/api/plans/${plan?.id}/regions`))
  const images = await json<{ items: { id: string }[] }>(await api.get(`/api/plans/${plan?.id}/images`))
  const { vps } = await json<{ vps: Vps }>(
    await api.post('/api/vps', {
      headers: { 'idempotency-key': unique('stage') },
      data: {
        plan_id: plan?.id ?? '',
        region: regions.items.find((r) => r.available)?.id ?? '',
        image: images.items[0]?.id ?? '',
        label,
        root_password: PASSWORD,
      } satisfies Body<'/api/vps', 'post'>,
    }),
  )
  return vps
}

async function reaches(
  api: APIRequestContext,
  id: string,
  status: string,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const seen = async () => {
    await meanwhile?.()
    return (await json<Vps>(await api.get(`/api/vps/${id}`))).status
  }
  await expect.poll(seen, { timeout: 90_000, message: `${id} becomes ${status}` }).toBe(status)
}

/** Until no cloud is paused any more: a job that still met the refused token may pause it once more. */
async function settled(admin: APIRequestContext): Promise<void> {
  const open = async () => {
    await resumeClouds(admin)
    const counts = await json<{ by_state: Record<string, number> }>(await admin.get('/api/admin/jobs/counts'))
    const { items } = await json<{ items: Cloud[] }>(await admin.get('/api/admin/clouds'))
    return (counts.by_state.running ?? 0) === 0 && items.every((cloud) => !cloud.paused)
  }
  await expect.poll(open, { timeout: 60_000, message: 'every cloud works' }).toBe(true)
}

/** A customer whose names are as long as they may be, with servers that run and one that failed. */
async function build(): Promise<Stage> {
  const admin = await adminApi()
  const customer = `${unique('c')}.${'w'.repeat(40)}@customer.example`
  const organisation = `${unique('org')}${'w'.repeat(100)}`.slice(0, 100)
  const open = await request.newContext({ baseURL: env.baseUrl, extraHTTPHeaders: { origin: env.baseUrl } })
  await json(
    await open.post('/api/auth/register', {
      data: { email: customer, password: PASSWORD, name: LONG, organisation } satisfies Body<
        '/api/auth/register',
        'post'
      >,
    }),
  )
  await giveCredit(admin, organisation, '250.000000')
  const api = await signedIn(customer)
  const plans = await json<{ items: Plan[] }>(await api.get('/api/plans'))
  const [first, ...others] = await Promise.all(
    [LONG, 'web-1', 'web-2', 'db-primary.eu-central.example'].map((label) => order(api, plans.items[0], label)),
  )
  const running = [first, ...others].map((vps) => vps?.id ?? '')
  for (const id of running) await reaches(api, id, 'running')
  await sim.token(false)
  const failed = await order(api, plans.items[0], `fails-${'w'.repeat(58)}`)
  await reaches(api, failed.id, 'failed', () => resumeClouds(admin))
  await sim.token(true)
  await settled(admin)
  const { items: jobs } = await json<{ items: { id: string }[] }>(
    await admin.get('/api/admin/jobs', { params: { state: 'failed', kind: 'vps.provision' } }),
  )
  const { items: customers } = await json<{ items: Customer[] }>(
    await admin.get('/api/admin/customers', { params: { q: organisation } }),
  )
  const token = (await mailedLink(customer, '/verify')).split('#')[1] ?? ''
  const verified = await api.post('/api/auth/email/verify', {
    data: { token } satisfies Body<'/api/auth/email/verify', 'post'>,
  })
  expect(verified.ok(), await verified.text()).toBe(true)
  const { payment } = await json<{ payment: Payment }>(
    await api.post('/api/payments', {
      headers: { 'idempotency-key': unique('stage') },
      data: { amount: { amount: '25', currency: 'USD' } } satisfies Body<'/api/payments', 'post'>,
    }),
  )
  const me = await json<Me>(await admin.get('/api/auth/me'))
  const { items: sold } = await json<{ items: AdminPlan[] }>(await admin.get('/api/admin/plans'))
  return {
    customer,
    plan: plans.items[0]?.id ?? '',
    running,
    long: running[0] ?? '',
    failed: failed.id,
    job: jobs[0]?.id ?? '',
    org: customers[0]?.org_id ?? '',
    user: customers[0]?.owner.id ?? '',
    own: me.organisations[0]?.id ?? '',
    cloud: sold[0]?.cloud_id ?? '',
    invoice: await receipt(admin, customers[0]?.org_id ?? ''),
    payment: payment.id,
  }
}

/** The receipt of the customer's credit, drawn. */
async function receipt(admin: APIRequestContext, org: string): Promise<string> {
  await json(await admin.post('/api/admin/schedules/invoice.issue/run', { data: { reason: 'the stage' } }))
  const found = async () =>
    (await json<{ items: Invoice[] }>(await admin.get('/api/admin/billing/invoices', { params: { org } }))).items.find(
      ({ formats }) => formats.length > 0,
    )?.id ?? ''
  await expect.poll(found, { timeout: 30_000 }).not.toBe('')
  return found()
}

export default async function globalSetup(): Promise<void> {
  const made = await build()
  mkdirSync('test-results', { recursive: true })
  writeFileSync(FILE, JSON.stringify(made))
}
