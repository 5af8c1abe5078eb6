import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CustomerPage } from '@/features/customers/pages/customer-page'
import { CustomersPage } from '@/features/customers/pages/customers-page'
import { admin, adminJob, adminVps, customer, entry, usd } from '@/testing/fixtures'
import { act } from '@/testing/operator-fixtures'
import { changesOf, quote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { json, problem, silence, stubApi } from '@/testing/stub-api'

it('lists customers with money and servers', async () => {
  stubApi({ 'GET /api/admin/customers': { items: [{ ...customer, owed: usd('3.120000') }], next: null } })
  renderPage(<CustomersPage />, { path: '/admin/customers', me: admin })
  const row = (await screen.findByRole('link', { name: 'Nimbus Labs' })).closest('tr')
  for (const words of ['ada@nimbus.example', '$39.06', '−$3.12', '$0.0192']) expect(row).toHaveTextContent(words)
})

it('shows who is out of funds, how full quotas are and who was never there, and asks for a state', async () => {
  const rows = [
    { ...customer, state: 'stopped' as const, quota_percent: 120 },
    { ...customer, org_id: 'org_2', name: 'Quiet Ltd', state: 'locked' as const, active_at: null },
  ]
  const server = stubApi({ 'GET /api/admin/customers': { items: rows, next: null } })
  const { user } = renderPage(<CustomersPage />, { path: '/admin/customers', me: admin })
  const row = async (name: string) => (await screen.findByRole('link', { name })).closest('tr')
  for (const words of ['Out of funds', '120 %']) expect(await row('Nimbus Labs')).toHaveTextContent(words)
  for (const words of ['No owner can sign in', 'Never']) expect(await row('Quiet Ltd')).toHaveTextContent(words)
  await user.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'closed')
  await waitFor(() => expect(server.of('GET /api/admin/customers').at(-1)?.query.get('state')).toBe('closed'))
})

describe('credit', () => {
  const routes = {
    'GET /api/admin/customers/{org}': customer,
    'GET /api/admin/customers/{org}/statement': { items: [], next: null },
    'GET /api/admin/vps': { items: [], next: null },
  }
  const open = () =>
    renderPage(<CustomerPage />, {
      path: '/admin/customers/:id',
      at: '/admin/customers/org_1?dialog=credit',
      me: admin,
    })

  const CREDIT = 'POST /api/admin/customers/{org}/credit'
  const given = { entry: entry(), balance: usd('67.684213') }

  it('is shown as the ledger would write it, and given as an exact string, with a reason and a key', async () => {
    const server = stubApi({ ...routes, [CREDIT]: quoted(quote(), given) })
    const { user, router } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Amount in USD'), '25.5')
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    const means = await dialog.findByRole('group', { name: 'What it means' })
    for (const words of ['Wallet · credit+$25.50', 'Credit given · credit−$25.50', '$42.18', '$67.68', '10 d 10 h'])
      expect(means).toHaveTextContent(words)
    expect(means, 'it is read first').toHaveFocus()
    await user.click(dialog.getByRole('button', { name: 'Add credit' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
    const [request] = changesOf(server, CREDIT)
    expect(request?.body).toEqual({ amount: { amount: '25.500000', currency: 'USD' }, reason: 'Welcome' })
    expect(request?.headers.get('idempotency-key')).toMatch(/.{8,}/)
  })

  it('that would wait for another administrator says so before', async () => {
    stubApi({ ...routes, [CREDIT]: quoted(quote({ lines: [] }), given) })
    const { user } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: '$100.00' }))
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText('It waits for another administrator.')).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Back' }))
    expect(dialog.getByLabelText('Reason')).toHaveValue('Welcome')
  })

  it('can be given when the question got no answer', async () => {
    const server = stubApi({ ...routes, [CREDIT]: quoted(silence, given) })
    const { user, router } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: '$10.00' }))
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText('What it would mean could not be asked')).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Ask again' }))
    await waitFor(() => expect(server.of(CREDIT)).toHaveLength(2))
    await user.click(dialog.getByRole('button', { name: 'Add credit' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
    expect(changesOf(server, CREDIT)).toHaveLength(1)
  })

  it.each([
    ['0', 'Enter an amount above zero.'],
    ['-5', 'Enter an amount such as 25 or 25.50.'],
    ['abc', 'Enter an amount such as 25 or 25.50.'],
  ])('refuses %j', async (amount, words) => {
    const server = stubApi(routes)
    const { user } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Amount in USD'), amount)
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText(words)).toBeInTheDocument()
    expect(dialog.getByText('Give a short reason.')).toBeInTheDocument()
    expect(server.of(CREDIT)).toHaveLength(0)
  })

  it('whose answer was lost is repeated under the same key; a refused one is not', async () => {
    const server = stubApi({ ...routes, [CREDIT]: quoted(quote(), silence) })
    const { user } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: '$10.00' }))
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    const send = async () => user.click(await dialog.findByRole('button', { name: 'Add credit' }))
    await send()
    expect(await dialog.findByText(/never added twice/)).toBeInTheDocument()
    const refused = () =>
      problem(400, 'invalid_request', { errors: [{ pointer: '/amount/amount', detail: 'Too much at once.' }] })
    server.on(CREDIT, quoted(quote(), refused))
    await send()
    expect(await dialog.findByText('Too much at once.')).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    await send()
    await waitFor(() => expect(changesOf(server, CREDIT)).toHaveLength(3))
    const keys = changesOf(server, CREDIT).map((r) => r.headers.get('idempotency-key'))
    expect(keys[0]).toBe(keys[1])
    expect(keys[1]).not.toBe(keys[2])
  })
})

describe('a customer’s page', () => {
  const NOTES = 'GET /api/admin/customers/{org}/notes'
  const note = {
    id: 'note_1',
    author: { id: admin.user.id, name: 'Avery' },
    body: 'Pays late.\nAsk Ada first.',
    created_at: '2026-11-22T10:00:00Z',
  }
  const routes = {
    'GET /api/admin/customers/{org}': customer,
    'GET /api/admin/vps': { items: [adminVps], next: null },
    'GET /api/admin/jobs': { items: [adminJob], next: null },
    'GET /api/admin/activity': { items: [act()], next: null },
    [NOTES]: {
      items: [note, { ...note, id: 'note_2', author: { id: 'user_9', name: 'Blake' }, body: 'x' }],
      next: null,
    },
    'GET /api/admin/customers/{org}/members': {
      items: [
        { user: customer.owner, role: 'owner', state: 'active', joined_at: '2026-11-01T10:00:00Z', signed_in_at: null },
      ],
    },
  }
  const open = (tab: string) => {
    const server = stubApi(routes)
    const at = `/admin/customers/org_1${tab ? `?tab=${tab}` : ''}`
    return { server, ...renderPage(<CustomerPage />, { path: '/admin/customers/:id', at, me: admin }) }
  }

  it('begins with the servers, of this customer alone', async () => {
    const { server } = open('')
    expect(await screen.findByRole('link', { name: 'web-1' })).toHaveAttribute('href', '/admin/servers/vps_1')
    expect(server.of('GET /api/admin/vps')[0]?.query.get('org')).toBe('org_1')
    expect(screen.queryByRole('columnheader', { name: 'Customer' })).not.toBeInTheDocument()
  })

  it('has jobs, activity and members in tabs of the address', async () => {
    const { user, server, router } = open('jobs')
    expect(await screen.findByRole('link', { name: /Create server/ })).toBeInTheDocument()
    expect(server.of('GET /api/admin/jobs')[0]?.query.get('org')).toBe('org_1')
    await user.click(screen.getByRole('tab', { name: 'Activity' }))
    expect(await screen.findByText(/quota raised/)).toBeInTheDocument()
    await user.click(screen.getByRole('tab', { name: 'Members' }))
    expect(await screen.findByText('Owner')).toBeInTheDocument()
    expect(router.state.location.search).toBe('?tab=members')
  })

  it('takes notes, and lets their author alone delete them', async () => {
    const { user, server } = open('notes')
    server.on('POST /api/admin/customers/{org}/notes', () => json(note, 201))
    server.on('DELETE /api/admin/customers/{org}/notes/{id}', () => new Response(null, { status: 204 }))
    expect(await screen.findByText(/Ask Ada first/)).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Save note' }))
    expect(await screen.findByText('Write something first.')).toBeInTheDocument()
    await user.type(screen.getByLabelText('New note'), '  Called back ')
    await user.click(screen.getByRole('button', { name: 'Save note' }))
    await waitFor(() => expect(screen.getByLabelText('New note')).toHaveValue(''))
    expect(server.of('POST /api/admin/customers/{org}/notes')[0]?.body).toEqual({ body: 'Called back' })
    expect(screen.getAllByRole('button', { name: 'Delete this note' })).toHaveLength(1)
    await user.click(screen.getByRole('button', { name: 'Delete this note' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete note' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(server.of('DELETE /api/admin/customers/{org}/notes/{id}')[0]?.path).toMatch(/note_1$/)
  })
})

describe('a customer’s limits', () => {
  const quota = (used: number, limit: number) => ({ used, limit })
  const quotas = {
    servers: quota(3, 10),
    vcpus: quota(12, 100),
    memory_mib: quota(2048, 524_288),
    storage_gib: quota(250, 10_240),
    members: quota(2, 25),
    keys: quota(0, 50),
  }
  const routes = {
    'GET /api/admin/customers/{org}': customer,
    'GET /api/admin/customers/{org}/quotas': quotas,
    'GET /api/admin/customers/{org}/security': { require_mfa: true, ip_allow: ['203.0.113.0/24'] },
  }
  const open = (search: string) => {
    const server = stubApi(routes)
    const at = `/admin/customers/org_1?${search}`
    return { server, ...renderPage(<CustomerPage />, { path: '/admin/customers/:id', at, me: admin }) }
  }

  it('are changed with a reason, and only those that differ are sent', async () => {
    const { user, server } = open('tab=quotas&dialog=quotas')
    server.on('PATCH /api/admin/customers/{org}/quotas', { ...quotas, servers: quota(3, 20) })
    const dialog = within(await screen.findByRole('dialog'))
    await user.clear(dialog.getByLabelText('Servers'))
    await user.type(dialog.getByLabelText('Servers'), 'many')
    await user.type(dialog.getByLabelText('Reason'), 'A launch')
    await user.click(dialog.getByRole('button', { name: 'Save quotas' }))
    expect(await dialog.findByText('Use a whole number from 0 to 100,000.')).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('Servers'))
    await user.type(dialog.getByLabelText('Servers'), '20')
    await user.click(dialog.getByRole('button', { name: 'Save quotas' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(server.of('PATCH /api/admin/customers/{org}/quotas')[0]?.body).toEqual({ servers: 20, reason: 'A launch' })
    expect(screen.getByText('3 of 20')).toBeVisible()
  })

  it('are reset to those of a new organisation', async () => {
    const { user, server } = open('tab=quotas')
    server.on('POST /api/admin/customers/{org}/quotas/reset', { ...quotas, servers: quota(3, 5) })
    await user.click(await screen.findByRole('button', { name: 'Reset to the default' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason'), 'The launch is over')
    await user.click(dialog.getByRole('button', { name: 'Reset quotas' }))
    expect(await screen.findByText('3 of 5')).toBeVisible()
  })

  it('lifts the list of networks with a reason', async () => {
    const { user, server } = open('tab=security')
    server.on('POST /api/admin/customers/{org}/lift-networks', { require_mfa: true, ip_allow: [] })
    expect(await screen.findByText('203.0.113.0/24')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Lift the list' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason'), 'Their office moved')
    await user.click(dialog.getByRole('button', { name: 'Lift the list' }))
    expect(await screen.findByText(/used from any address/)).toBeVisible()
    const [request] = server.of('POST /api/admin/customers/{org}/lift-networks')
    expect(request?.body).toEqual({ reason: 'Their office moved' })
  })
})
