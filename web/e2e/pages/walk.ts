import type { BrowserContext, Page } from '@playwright/test'
import type { Me, Wallet } from '@/lib/api/types'
import { env, expect, json, test as base } from '../support'
import { signedIn, stage } from './stage'

/** How much is played: `small` says only that it can be, `part` is that of CI, `whole` is the story. */
export const EXTENT = (process.env.E2E_EXTENT ?? 'part') as 'small' | 'part' | 'whole'
export const WHOLE = EXTENT === 'whole'
export const GALLERY = process.env.E2E_GALLERY_URL ?? 'http://127.0.0.1:5173'

type Person = 'stranger' | 'customer' | 'debtor' | 'admin'

export interface Walked {
  person: Person
  path: string
  /** The route of web/src/app/router.tsx that it is a page of. */
  route: string
}

const walked = (person: Person, route: string, ...paths: string[]): Walked[] =>
  (paths.length > 0 ? paths : [route]).map((path) => ({ person, route, path }))

/** Every route of the router, and each page of it that looks different. `:name` stands for an id of the stage. */
export const PAGES: Walked[] = [
  ...walked('stranger', '/sign-in'),
  ...walked('stranger', '/register'),
  ...walked('stranger', '/invitation'),
  ...walked('stranger', '/forgot'),
  ...walked('stranger', '/reset', '/reset', '/reset#a-token'),
  ...walked('stranger', '/undo', '/undo', '/undo#a-token'),
  ...walked('stranger', '/verify', '/verify', '/verify#a-token'),
  ...walked('customer', '/o/:org/dashboard'),
  ...walked('debtor', '/o/:org/dashboard'),
  ...walked('customer', '/o/:org/servers', '/o/:org/servers', '/o/:org/servers?q=nothing-has-this-name'),
  ...walked('customer', '/o/:org/servers/new', '/o/:org/servers/new?plan=:plan'),
  ...walked('customer', '/o/:org/servers/:id', '/o/:org/servers/:long', '/o/:org/servers/:failed'),
  ...walked('stranger', '/verify-ledger'),
  ...walked('customer', '/o/:org/wallet'),
  ...walked('customer', '/o/:org/wallet/invoices'),
  ...walked('customer', '/o/:org/wallet/invoices/:id', '/o/:org/wallet/invoices/:invoice'),
  ...walked('debtor', '/o/:org/wallet'),
  ...walked('customer', '/o/:org/wallet/payments/:id', '/o/:org/wallet/payments/:payment'),
  ...walked('customer', '/o/:org/wallet/payments/:id/return', '/o/:org/wallet/payments/:payment/return'),
  ...walked('customer', '/o/:org/wallet/payments/:id/cancel', '/o/:org/wallet/payments/:payment/cancel'),
  ...walked('customer', '/o/:org/activity'),
  ...walked('customer', '/o/:org/closed'),
  ...walked('customer', '*', '/nowhere'),
  ...['profile', 'security', 'sessions', 'keys', 'data'].flatMap((tab) => walked('customer', `/account/${tab}`)),
  ...['general', 'members', 'quotas', 'security', 'danger'].flatMap((tab) =>
    walked('customer', `/o/:org/settings/${tab}`),
  ),
  ...walked('customer', '/o/:org', '/o/org_01jd0000000000000000000000/wallet'),
  ...walked('admin', '/o/:org/dashboard', '/o/:own/dashboard'),
  ...walked('admin', '/admin'),
  ...walked('admin', '/admin/servers', '/admin/servers', '/admin/servers?sort=price&order=asc&q=nothing'),
  ...walked('admin', '/admin/servers/:id', '/admin/servers/:long', '/admin/servers/:failed'),
  ...walked('admin', '/admin/jobs', '/admin/jobs', '/admin/jobs?statistics=kind&window=24h', '/admin/jobs?state=stuck'),
  ...walked('admin', '/admin/jobs/:id', '/admin/jobs/:job'),
  ...walked('admin', '/admin/workers'),
  ...walked('admin', '/admin/schedules'),
  ...walked('admin', '/admin/customers'),
  ...walked(
    'admin',
    '/admin/customers/:id',
    '/admin/customers/:org',
    ...['money', 'prices', 'jobs', 'activity', 'notes', 'members', 'quotas', 'security'].map(
      (tab) => `/admin/customers/:org?tab=${tab}`,
    ),
  ),
  ...walked('admin', '/admin/users', '/admin/users', '/admin/users?q=nothing-has-this-name'),
  ...walked('admin', '/admin/users/:id', '/admin/users/:user'),
  ...walked('admin', '/admin/mails', '/admin/mails', '/admin/mails?kind=new_sign_in'),
  ...walked('admin', '/admin/rate-limits', '/admin/rate-limits', '/admin/rate-limits?tier=anonymous'),
  ...walked('admin', '/admin/invoices'),
  ...walked('admin', '/admin/invoices/:id', '/admin/invoices/:invoice'),
  ...walked('admin', '/admin/tax'),
  ...walked('admin', '/admin/audit'),
  ...walked(
    'admin',
    '/admin/payments',
    '/admin/payments',
    '/admin/payments?tab=disputes',
    '/admin/payments?tab=unallocated',
  ),
  ...walked('admin', '/admin/payments/:id', '/admin/payments/:payment'),
  ...walked(
    'admin',
    '/admin/revenue',
    '/admin/revenue',
    '/admin/revenue?by=org',
    '/admin/revenue?tab=owed',
    '/admin/revenue?tab=suppliers',
  ),
  ...walked('admin', '/admin/credit', '/admin/credit', '/admin/credit?which=all', '/admin/credit?tab=promos'),
  ...walked('admin', '/admin/plans'),
  ...walked('admin', '/admin/clouds'),
  ...walked('admin', '/admin/clouds/:id', '/admin/clouds/:cloud'),
]

/** Dialogs that have an address. */
export const DIALOGS: [person: Person, path: string][] = [
  ['customer', '/o/:org/servers/:long?dialog=rename'],
  ['customer', '/o/:org/servers/:long?dialog=delete'],
  ['customer', '/o/:org/servers/new?dialog=api'],
  ['customer', '/o/:org/settings/members?dialog=invite'],
  ['customer', '/o/:org/settings/danger?dialog=leave'],
  ['customer', '/o/:org/settings/danger?dialog=delete-org'],
  ['customer', '/account/sessions?dialog=end-others'],
  ['customer', '/account/keys?dialog=key'],
  ['customer', '/account/data?dialog=erase'],
  ['customer', '/o/:org/dashboard?dialog=new-organisation'],
  ['admin', '/admin/jobs?dialog=pause&of=mail'],
  ['admin', '/admin/jobs?dialog=tune&of=mail'],
  ['admin', '/admin/jobs?state=succeeded&dialog=bulk-discard'],
  ['admin', '/admin/jobs/:job?dialog=retry'],
  ['admin', '/admin/jobs/:job?dialog=discard'],
  ['admin', '/admin/schedules?dialog=edit&of=platform.tidy'],
  ['admin', '/admin/schedules?dialog=history&of=platform.tidy'],
  ['admin', '/admin/schedules?dialog=run&of=platform.tidy'],
  ['admin', '/admin/schedules?dialog=pause&of=platform.tidy'],
  ['admin', '/admin/rate-limits?dialog=set'],
  ['admin', '/admin/customers/:org?dialog=credit'],
  ['admin', '/admin/customers/:org?tab=quotas&dialog=quotas'],
  ['admin', '/admin/customers/:org?tab=quotas&dialog=reset-quotas'],
  ['admin', '/admin/customers/:org?tab=prices&dialog=add-price'],
  ['admin', '/admin/customers/:org?tab=prices&dialog=funds'],
  ['admin', '/admin/customers/:org?tab=money&dialog=confirm-tax-id'],
  ['admin', '/admin/users?dialog=create'],
  ...['impersonate', 'role', 'disable', 'sessions', 'factors', 'create-organisation', 'erase'].map(
    (dialog): [person: Person, path: string] => ['admin', `/admin/users/:user?dialog=${dialog}`],
  ),
  ['admin', '/admin/invoices?dialog=issue'],
  ['admin', '/admin/tax?dialog=rule'],
  ['customer', '/o/:org/wallet?dialog=top-up'],
  ['customer', '/o/:org/wallet?dialog=limits'],
  ['customer', '/o/:org/wallet?dialog=promo'],
  ['admin', '/admin/revenue?tab=suppliers&dialog=import&of=all'],
  ['admin', '/admin/revenue?tab=suppliers&dialog=margin&of=all'],
  ['admin', '/admin/credit?dialog=promo'],
  ['admin', '/admin/credit?dialog=credit-limit'],
  ['admin', '/admin/payments?dialog=payout'],
  ['admin', '/admin/payments/:payment?dialog=refund'],
  ['admin', '/admin/plans?dialog=create'],
  ['admin', '/admin/plans?edit=:plan'],
  ['admin', '/admin/plans?prices=:plan'],
  ['admin', '/admin/clouds?dialog=connect'],
  ['admin', '/admin/clouds/:cloud?dialog=token'],
  ['admin', '/admin/clouds/:cloud?dialog=pause'],
  ['admin', '/admin/clouds/:cloud?dialog=remove'],
]

/** The address with the ids of the stage. */
export function addressOf(path: string): string {
  const ids: Record<string, unknown> = { ...stage() }
  return path.replace(/:([a-z]+)/g, (_, name: string) => String(ids[name]))
}

/** Signs in by the API: a session of its own, as sessions are renewed once. */
export async function become(context: BrowserContext, person: Person): Promise<void> {
  if (person === 'stranger') return
  const api = await signedIn(person === 'admin' ? env.adminEmail : stage().customer)
  const me = await json<Me>(await api.get('/api/auth/me'))
  const { cookies } = await api.storageState()
  await context.addCookies(cookies)
  const remember = (id: string) => {
    // The blank page before the first has no storage.
    if (location.protocol.startsWith('http')) localStorage.setItem('sp.session', id)
  }
  await context.addInitScript(remember, me.user.id)
  await api.dispose()
  if (person === 'debtor') await context.route('**/api/wallet', owing)
}

/** The same wallet, had its hours not been paid. */
async function owing(route: Parameters<Parameters<BrowserContext['route']>[1]>[0]): Promise<void> {
  const response = await route.fetch()
  const wallet = (await response.json()) as Wallet
  const owed = { amount: '3.120000', currency: wallet.balance.currency }
  const json: Wallet = { ...wallet, owed, balance: { ...owed, amount: '0.000000' }, runway_s: 0 }
  await route.fulfill({ response, json })
}

export const test = base.extend<{ as: (person: Person) => Promise<Page> }>({
  as: async ({ context, page }, provide) => {
    await provide(async (person) => {
      await become(context, person)
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
      return page
    })
  },
})

/** Opens an address and waits until it shows what it has. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(addressOf(path))
  await expect(page.locator('h1')).toBeVisible()
  await ready(page)
}

export async function ready(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]:visible')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
}

/** Notes a figure for the table that ends the run. */
export function figure(name: string, value: number, of = ''): void {
  base.info().annotations.push({ type: 'figure', description: JSON.stringify({ name, value, of }) })
}
