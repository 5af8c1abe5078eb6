import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { OverviewPage } from '@/features/overview/pages/overview-page'
import type { Alert } from '@/lib/api/types'
import { admin, overview, setup } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

// jsdom has no canvas; what is drawn is checked in a browser.
vi.mock('@/components/time-plot', () => ({ TimePlot: () => null }))

const HISTORY = 'GET /api/admin/overview/servers'
const SETUP = 'GET /api/admin/setup'
const history = {
  items: [
    { at: '2026-11-21T10:00:00Z', count: 3 },
    { at: '2026-11-22T10:00:00Z', count: 1204 },
  ],
}
const routes = {
  'GET /api/admin/overview': overview,
  [HISTORY]: history,
  [SETUP]: { ...setup, hidden: true },
}
const show = (over: Parameters<typeof stubApi>[0] = {}, at = '/admin') => {
  const server = stubApi({ ...routes, ...over })
  return { server, ...renderPage(<OverviewPage />, { path: '/admin', at, me: admin }) }
}
const alert = (over: Partial<Alert>): Alert => ({
  kind: 'jobs_attention',
  status: 'error',
  title: '',
  detail: '',
  ...over,
})

it('shows money and servers, and leads to the lists behind them', async () => {
  show()
  expect(await screen.findByText('$12.80')).toBeInTheDocument()
  for (const [name, to] of [
    [/Succeeded\s*40/, '/admin/jobs?state=succeeded'],
    [/Main cloud/, '/admin/clouds/cloud_1'],
    [/Running\s*3/, '/admin/servers?status=running'],
    [/Orders failed\s*2/, '/admin/audit?event=vps.failed&since=24h'],
    [/Credit given\s*\$75\.00/, '/admin/audit?event=billing.credit&since=24h'],
    [/Customers' debt/, '/admin/customers?sort=owed'],
  ] as const)
    expect(screen.getByRole('link', { name })).toHaveAttribute('href', to)
  expect(screen.getByText('1 min 30 s')).toBeInTheDocument()
  expect(await screen.findByText('1,204 now')).toBeInTheDocument()
})

it('asks for the days that are chosen, and keeps them in the address', async () => {
  const { server, user, router } = show()
  await user.click(await screen.findByRole('button', { name: '30 d' }))
  await waitFor(() => expect(server.of(HISTORY).at(-1)?.query.get('window')).toBe('30d'))
  expect(router.state.location.search).toBe('?history=30d')
})

it('tells what needs an administrator, each with its one way out, and is silent when all is well', async () => {
  const alerts = [
    alert({ kind: 'cloud_refused', title: 'EU refuses its token', object: 'cloud_2' }),
    alert({ kind: 'queue_paused', status: 'warning', title: 'Queue provision is paused', object: 'provision' }),
    alert({ kind: 'plan_low_margin', status: 'warning', title: 'Nano earns next to nothing', object: 'plan_1' }),
  ]
  const { server, client } = show({ 'GET /api/admin/overview': { ...overview, alerts } })
  const list = within(await screen.findByRole('list', { name: 'Alerts' }))
  expect(list.getAllByRole('link').map((a) => a.getAttribute('href'))).toEqual([
    '/admin/clouds/cloud_2?dialog=token',
    '/admin/jobs?queue=provision&dialog=resume&of=provision',
    '/admin/plans?edit=plan_1',
  ])
  expect(list.getByRole('link', { name: 'Resume: Queue provision is paused' })).toBeInTheDocument()
  server.on('GET /api/admin/overview', { ...overview, alerts: [] })
  await client.invalidateQueries()
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Alerts' })).not.toBeInTheDocument())
})

it('an alert about characters that a document lacks can be dismissed', async () => {
  const DISMISS = 'POST /api/admin/billing/invoices/{id}/glyphs/dismiss'
  const lacking = alert({
    kind: 'document_glyphs',
    status: 'warning',
    title: 'REC-000001 was printed without 2 characters',
    object: 'invoice_1',
  })
  const { server, user } = show({
    'GET /api/admin/overview': { ...overview, alerts: [lacking] },
    [DISMISS]: () => new Response(null, { status: 204 }),
  })
  const list = within(await screen.findByRole('list', { name: 'Alerts' }))
  expect(list.getByRole('link')).toHaveAttribute('href', '/admin/invoices/invoice_1')
  server.on('GET /api/admin/overview', { ...overview, alerts: [] })
  await user.click(list.getByRole('button', { name: /Dismiss/ }))
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Alerts' })).not.toBeInTheDocument())
  expect(server.of(DISMISS)[0]?.path).toContain('/invoice_1/')
})

describe('the set-up list', () => {
  const PATCH = 'PATCH /api/admin/setup'

  it('says what is left, and hides on request', async () => {
    const { server, user } = show({ [SETUP]: setup, [PATCH]: { ...setup, hidden: true } })
    const list = within(await screen.findByRole('region', { name: 'Set up' }))
    expect(list.getByText('1 of 6 done')).toBeInTheDocument()
    expect(list.getByRole('link', { name: 'Create plan' })).toHaveAttribute('href', '/admin/plans?dialog=create')
    expect(list.queryByRole('link', { name: 'Connect cloud' })).not.toBeInTheDocument()
    expect(list.queryByRole('button', { name: 'Set up a sample' })).not.toBeInTheDocument()
    await user.click(list.getByRole('button', { name: 'Hide the set-up list' }))
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Set up' })).not.toBeInTheDocument())
    expect(server.of(PATCH)[0]?.body).toEqual({ hidden: true })
  })

  it('ticks the backups off, and sends a test mail', async () => {
    const { server, user } = show({
      [SETUP]: setup,
      [PATCH]: { ...setup, backups: true },
      'POST /api/admin/setup/mail': { job: {} },
    })
    await user.click(await screen.findByRole('button', { name: 'It is backed up' }))
    expect(await screen.findByText('2 of 6 done')).toBeInTheDocument()
    server.on(SETUP, { ...setup, backups: true, mail: true })
    await user.click(screen.getByRole('button', { name: 'Send a test mail' }))
    expect(await screen.findByText('3 of 6 done')).toBeInTheDocument()
    expect(server.of('POST /api/admin/setup/mail')).toHaveLength(1)
  })

  it('ends once everything is done', async () => {
    show({ [SETUP]: { ...setup, cloud: true, plans: true, customer: true, mail: true, payments: true, backups: true } })
    await screen.findByText('$12.80')
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Set up' })).not.toBeInTheDocument())
  })

  it('sets up a sample in development, and asks until plans are on sale', async () => {
    const SAMPLE = 'POST /api/admin/setup/sample'
    let calls = 0
    const { server, user } = show({
      [SETUP]: { ...setup, cloud: false, sample: true },
      [SAMPLE]: () => ({ ...setup, sample: true, plans: ++calls > 1 }),
    })
    await user.click(await screen.findByRole('button', { name: 'Set up a sample' }))
    await waitFor(() => expect(server.of(SAMPLE)).toHaveLength(2), { timeout: 3000 })
    server.on(SAMPLE, () => problem(409, 'no_sample'))
    await user.click(await screen.findByRole('button', { name: 'Set up a sample' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('Refused: no_sample.')
  })
})
