import { cleanup, renderHook, screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { describe, expect, it } from 'vitest'
import { curlOf } from '@/features/vps/components/api-call'
import { byVendor, versionOf } from '@/features/vps/components/image-fields'
import { CreateVpsPage } from '@/features/vps/pages/create-vps-page'
import { usePageLife } from '@/lib/page-life'
import { useToasts } from '@/stores/toasts'
import { images, job, member, plan, quota, quote, reader, regions, usd, vps } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, silence, stubApi, type Seen } from '@/testing/stub-api'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ5dGVzYnl0ZXNieXRlc2J5dGVzYnl0ZXNieXRlc2J5 ada@laptop'
const PASSWORD = 'correct horse battery'

const ROUTES = {
  'GET /api/plans': { items: [plan] },
  'GET /api/plans/{id}/regions': { items: regions },
  'GET /api/plans/{id}/images': { items: images },
  'GET /api/plans/{id}/quote': quote,
  'GET /api/vps': { items: [vps], next: null },
  'GET /api/quota': quota,
  'GET /api/ssh-keys': { items: [] },
}
const ACCEPTED = { vps: { ...vps, status: 'requested' }, job }

const open = (at = '/servers/new') => renderPage(<CreateVpsPage />, { path: '/servers/new', at })
const keep = (draft: object, user = member.user.id) =>
  sessionStorage.setItem('sp.draft.vps.org_1', JSON.stringify({ user, draft }))
const submit = (user: UserEvent) => user.click(screen.getByRole('button', { name: 'Create server' }))

async function fill(user: UserEvent) {
  await user.click(await screen.findByRole('radio', { name: /Small/ }))
  await user.click(await screen.findByRole('radio', { name: /Debian/ }))
  await user.click(await screen.findByRole('radio', { name: /Frankfurt/ }))
  await user.type(screen.getByLabelText('Public SSH key'), KEY)
  await user.clear(screen.getByLabelText('Server name'))
  await user.type(screen.getByLabelText('Server name'), 'web-1')
}

describe('create server', () => {
  it('orders what was chosen, under a key, and leads to the server', async () => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': ACCEPTED })
    const { user, router } = open()
    await fill(user)
    await submit(user)
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/servers/vps_1'))
    const [order] = server.of('POST /api/vps')
    // The newest version of the distribution is the one taken.
    expect(order?.body).toEqual({
      plan_id: 'plan_1',
      region: 'eu-central',
      image: 'debian13',
      label: 'web-1',
      ssh_public_key: KEY,
      price_hourly: plan.price.hourly,
    })
    expect(order?.headers.get('idempotency-key')).toMatch(/^[\w-]{8,255}$/)
    expect(sessionStorage.getItem('sp.draft.vps.org_1')).toBeNull()
  })

  it('shows the server’s quote: hour, month, hold and runway', async () => {
    stubApi(ROUTES)
    open('/servers/new?plan=plan_1')
    const summary = within(await screen.findByRole('region', { name: 'Summary' }))
    expect(await summary.findByText(/per hour; a month is 730 hours/)).toHaveTextContent('$0.0192 per hour')
    // In the summary, and in the bar of phones.
    expect(summary.getAllByText('$14.00')).toHaveLength(2)
    expect(summary.getByText('$24.98')).toBeInTheDocument()
    expect(summary.getByText('54 d 4 h')).toBeInTheDocument()
  })

  it('shows and orders at the price of the region', async () => {
    const dear = {
      hourly: usd('0.021918'),
      monthly: usd('16.000000'),
      hours_per_month: 730,
      capped: true,
      charged_by: 'hour' as const,
    }
    const server = stubApi({
      ...ROUTES,
      'GET /api/plans/{id}/regions': { items: [{ ...regions[0], price: dear }, ...regions.slice(1)] },
      'GET /api/plans/{id}/quote': (r: Seen) =>
        r.query.get('region') === 'eu-central' ? { ...quote, price: dear } : quote,
      'POST /api/vps': ACCEPTED,
    })
    const { user } = open()
    await fill(user)
    expect(screen.getByRole('radio', { name: /Frankfurt/ }).closest('label')).toHaveTextContent('$16.00 /mo here')
    expect(screen.getByRole('radio', { name: /Newark/ }).closest('label')).not.toHaveTextContent('here')
    expect((await screen.findAllByText('$0.0219')).length).toBeGreaterThan(0)
    await submit(user)
    await waitFor(() => expect(server.of('POST /api/vps')[0]?.body).toMatchObject({ price_hourly: dear.hourly }))
  })

  it('says both prices when it changed meanwhile, and orders at the new one only when asked again', async () => {
    const [seen, now] = [plan.price.hourly, usd('0.020548')]
    const server = stubApi({
      ...ROUTES,
      'POST /api/vps': () => problem(409, 'price_changed', { price_seen: seen, price_now: now }),
    })
    const { user } = open()
    await fill(user)
    await submit(user)
    const alert = (await screen.findByText('The price has changed')).closest('[role=alert]')
    expect(alert).toHaveTextContent('You saw $0.019178 per hour; it is $0.020548 now.')
    expect(server.of('POST /api/vps')).toHaveLength(1)
    server.on('POST /api/vps', ACCEPTED)
    await user.click(screen.getByRole('button', { name: 'Create server at the new price' }))
    await waitFor(() => expect(server.of('POST /api/vps')).toHaveLength(2))
    const [first, second] = server.of('POST /api/vps')
    expect(second?.body).toMatchObject({ price_hourly: now, label: 'web-1' })
    expect(second?.headers.get('idempotency-key')).not.toBe(first?.headers.get('idempotency-key'))
  })

  it('fills in what is kept of an order that failed', async () => {
    stubApi(ROUTES)
    open('/servers/new?plan=plan_1&region=us-east&image=alpine&name=web-7&access=password')
    expect(await screen.findByRole('radio', { name: /Newark/ })).toBeChecked()
    expect(await screen.findByRole('radio', { name: /Alpine/ })).toBeChecked()
    expect(screen.getByLabelText('Server name')).toHaveValue('web-7')
    expect(screen.getByLabelText('Root password')).toHaveValue('')
  })

  it('repeats an order that got no answer under the same key', async () => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': silence })
    const { user, router } = open()
    await fill(user)
    await submit(user)
    expect(await screen.findByText('The answer to your order was lost')).toBeInTheDocument()
    server.on('POST /api/vps', ACCEPTED)
    await submit(user)
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/servers/vps_1'))
    const keys = server.of('POST /api/vps').map((r) => r.headers.get('idempotency-key'))
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
  })

  it.each([
    ['no answer', silence],
    ['a gateway that gave up', () => new Response('', { status: 504 })],
  ])('asks again for the answer to an order that got %s, even from a form that was left', async (_, lost) => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': lost })
    const first = open()
    await fill(first.user)
    await submit(first.user)
    expect(await screen.findByText(/never placed twice/)).toBeInTheDocument()
    cleanup()
    sessionStorage.clear()
    const { user, router } = open()
    server.on('POST /api/vps', ACCEPTED)
    await user.click(await screen.findByRole('button', { name: 'Ask again' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/servers/vps_1'))
    const [sent, again] = server.of('POST /api/vps')
    expect(again?.body).toEqual(sent?.body)
    expect(again?.headers.get('idempotency-key')).toBe(sent?.headers.get('idempotency-key'))
  })

  it('leaves a person where they went before the answer came, and tells them of it', async () => {
    useToasts.setState({ items: [] })
    const { unmount } = renderHook(usePageLife, { wrapper: MemoryRouter })
    stubApi({
      ...ROUTES,
      'POST /api/vps': () => {
        unmount()
        return ACCEPTED
      },
    })
    const { user, router } = open()
    await fill(user)
    await submit(user)
    await waitFor(() => expect(useToasts.getState().items[0]?.title).toBe('web-1 was ordered'))
    expect(router.state.location.pathname).toBe('/servers/new')
  })

  it('says that the first order was placed when a changed one is refused for it', async () => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': silence })
    const { user, router } = open()
    await fill(user)
    await submit(user)
    await screen.findByText('The answer to your order was lost')
    server.on('POST /api/vps', ({ body }: Seen) =>
      (body as { label: string }).label === 'web-1' ? ACCEPTED : problem(409, 'idempotency_key_reused'),
    )
    await user.type(screen.getByLabelText('Server name'), '0')
    await submit(user)
    expect(await screen.findByText('Your first order was placed')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Open that server' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/servers/vps_1'))
    expect(new Set(server.of('POST /api/vps').map((r) => r.headers.get('idempotency-key'))).size).toBe(1)
  })

  it('takes a new key after a refusal, and puts it under the field', async () => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': () => problem(409, 'label_taken') })
    const { user } = open()
    await fill(user)
    await submit(user)
    expect(await screen.findByText('Another of your servers already has this name.')).toBeInTheDocument()
    server.on('POST /api/vps', () =>
      problem(400, 'invalid_request', { errors: [{ pointer: '/region', detail: 'This region is full.' }] }),
    )
    await user.type(screen.getByLabelText('Server name'), '0')
    await submit(user)
    expect(await screen.findByText('This region is full.')).toBeInTheDocument()
    const keys = server.of('POST /api/vps').map((r) => r.headers.get('idempotency-key'))
    expect(keys[0]).not.toBe(keys[1])
  })

  it('says what is needed, what is available, and what to do when funds are short', async () => {
    stubApi({
      ...ROUTES,
      'GET /api/plans/{id}/quote': { ...quote, affordable: false, available: usd('0.001000') },
      'POST /api/vps': () =>
        problem(402, 'insufficient_funds', {
          detail: 'Your wallet does not cover the first hour.',
          needed: usd('0.019178'),
          available: usd('0.001000'),
        }),
    })
    const { user } = open()
    await fill(user)
    expect(await screen.findByText('Not enough in your wallet')).toBeInTheDocument()
    await submit(user)
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('Needed now: $0.0192')
    expect(alert).toHaveTextContent('Available: $0.0010')
    expect(within(alert).getByRole('link', { name: 'wallet' })).toHaveAttribute('href', '/o/org_1/wallet')
    expect(screen.getByLabelText('Server name')).toHaveValue('web-1')
  })

  it('keeps the draft without the password', async () => {
    stubApi(ROUTES)
    const { user } = open()
    await fill(user)
    await user.click(screen.getByRole('radio', { name: /Root password/ }))
    await user.type(screen.getByLabelText('Root password'), PASSWORD)
    expect(JSON.parse(sessionStorage.getItem('sp.draft.vps.org_1') ?? '')).toMatchObject({
      user: member.user.id,
      draft: { plan_id: 'plan_1', region: 'eu-central', label: 'web-1', access: 'password', ssh_public_key: KEY },
    })
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain(PASSWORD)
  })

  it('brings the draft back', async () => {
    keep({ plan_id: 'plan_1', region: 'us-east', image: 'alpine', label: 'kept', access: 'ssh', evil: 1 })
    stubApi(ROUTES)
    open()
    expect(await screen.findByRole('radio', { name: /Newark/ })).toBeChecked()
    expect(screen.getByLabelText('Server name')).toHaveValue('kept')
  })

  it('drops from a draft what is no longer available', async () => {
    keep({ plan_id: 'plan_1', region: 'ap-south', image: 'gone', label: 'kept' })
    stubApi(ROUTES)
    const { user } = open()
    expect(await screen.findByRole('radio', { name: /Singapore/ })).toBeDisabled()
    await submit(user)
    expect(await screen.findByText('Choose a region.')).toBeInTheDocument()
    expect(screen.getByText('Choose an image.')).toBeInTheDocument()
  })

  it('greets another person with nothing of the former one’s draft', async () => {
    keep({ plan_id: 'plan_1', label: 'theirs', ssh_public_key: KEY }, 'usr_other')
    stubApi(ROUTES)
    open()
    expect(await screen.findByRole('radio', { name: /Small/ })).not.toBeChecked()
    expect(screen.getByLabelText('Server name')).toHaveValue('')
    expect(screen.getByLabelText('Public SSH key')).toHaveValue('')
  })

  it('takes a private key out of the field at once, and keeps it nowhere', async () => {
    const server = stubApi(ROUTES)
    const { user } = open('/servers/new?plan=plan_1')
    const field = await screen.findByLabelText('Public SSH key')
    await user.click(field)
    await user.paste('-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n')
    expect(await screen.findByText(/That was a private key/)).toBeInTheDocument()
    expect(field).toHaveValue('')
    await submit(user)
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain('b3Blbn')
    expect(server.of('POST /api/vps')).toHaveLength(0)
  })

  it('refuses the key of a security token, which no server here can check', async () => {
    const server = stubApi(ROUTES)
    const { user } = open('/servers/new?plan=plan_1')
    const token = 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t ada'
    await user.type(await screen.findByLabelText('Public SSH key'), token)
    await submit(user)
    expect(await screen.findByText(/Keys of security tokens/)).toBeInTheDocument()
    expect(server.of('POST /api/vps')).toHaveLength(0)
  })

  it('neither takes nor keeps as a key what does not look like one', async () => {
    const server = stubApi(ROUTES)
    const { user } = open('/servers/new?plan=plan_1')
    await user.type(await screen.findByLabelText('Public SSH key'), PASSWORD)
    await submit(user)
    expect(await screen.findByText(/Paste one public key/)).toBeInTheDocument()
    expect(sessionStorage.getItem('sp.draft.vps.org_1')).toContain('plan_1')
    expect(sessionStorage.getItem('sp.draft.vps.org_1')).not.toContain(PASSWORD)
    expect(server.of('POST /api/vps')).toHaveLength(0)
  })

  it('makes a password that is long enough', async () => {
    const server = stubApi({ ...ROUTES, 'POST /api/vps': ACCEPTED })
    const { user } = open()
    await fill(user)
    await user.click(screen.getByRole('radio', { name: /Root password/ }))
    await user.click(screen.getByRole('button', { name: 'Generate' }))
    await submit(user)
    await waitFor(() => expect(server.of('POST /api/vps')).toHaveLength(1))
    const body = server.of('POST /api/vps')[0]?.body as Record<string, string>
    expect(body.root_password?.length).toBe(24)
    expect(body).not.toHaveProperty('ssh_public_key')
  })

  it('is closed to people who only read', () => {
    stubApi(ROUTES)
    renderPage(<CreateVpsPage />, { path: '/servers/new', me: reader })
    expect(screen.getByText('You can’t create servers')).toBeInTheDocument()
    expect(screen.getByText(/Your role in Nimbus Labs is Read-only\. Ask an owner or an admin/)).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Create server' })).not.toBeInTheDocument()
  })
})

it('writes the same order for the command line, quoted and without secrets', () => {
  const call = curlOf(
    {
      plan_id: 'plan_1',
      region: 'eu-central',
      image: 'debian12',
      label: "o'brien",
      access: 'password',
      ssh_public_key: '',
    },
    'https://panel.test',
    'org_1',
  )
  expect(call).toContain('curl -X POST https://panel.test/api/vps')
  expect(call).toContain('Idempotency-Key')
  expect(call).toContain('X-Org: org_1')
  expect(call).toContain(String.raw`o'\''brien`)
  expect(call).toContain('"root_password": "…"')
})

it('puts families by name and newer versions first', () => {
  const families = byVendor([...images, { id: 'd9', label: 'Debian 9', vendor: 'Debian' }])
  expect(families.map((f) => [f.vendor, f.images.map(versionOf)])).toEqual([
    ['Alpine', ['3.21']],
    ['Debian', ['13', '12', '9']],
  ])
})

it('says the quota before anything is filled in', async () => {
  const server = stubApi(ROUTES)
  const { user } = open()
  expect(await screen.findByText('2 of 5 servers used')).toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Create server' })).toBeEnabled()
  cleanup()
  server.on('GET /api/quota', { ...quota, servers_used: 5 })
  open()
  expect(await screen.findByText('You have as many servers as you may have')).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Delete one' })).toHaveAttribute('href', '/o/org_1/servers')
  await user.click(screen.getByRole('button', { name: 'Create server' }))
  expect(screen.getByRole('button', { name: 'Create server' })).toBeDisabled()
  expect(server.of('POST /api/vps')).toHaveLength(0)
})

it('offers the keys of earlier servers', async () => {
  const used = {
    key: { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:abc', comment: 'ada@laptop' },
    public_key: KEY,
    servers: 2,
    last_used_at: vps.created_at,
  }
  stubApi({ ...ROUTES, 'GET /api/ssh-keys': { items: [used] } })
  const { user } = open()
  await user.click(await screen.findByRole('radio', { name: /ada@laptop.*SHA256:abc.*on 2 servers/ }))
  expect(screen.getByLabelText('Public SSH key')).toHaveValue(KEY)
})

it('suggests a free name that follows the choices, until another is typed', async () => {
  stubApi({ ...ROUTES, 'GET /api/vps': { items: [{ ...vps, label: 'debian-frankfurt-1' }], next: null } })
  const { user } = open('/servers/new?plan=plan_1')
  await user.click(await screen.findByRole('radio', { name: /Debian/ }))
  await user.click(await screen.findByRole('radio', { name: /Frankfurt/ }))
  const name = screen.getByLabelText('Server name')
  await waitFor(() => expect(name).toHaveValue('debian-frankfurt-2'))
  await user.click(await screen.findByRole('radio', { name: /Newark/ }))
  await waitFor(() => expect(name).toHaveValue('debian-newark-1'))
  await user.clear(name)
  await user.type(name, 'mine')
  await user.click(screen.getByRole('radio', { name: /Frankfurt/ }))
  expect(name).toHaveValue('mine')
})
