import { act, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { announceSignedOut } from '@/lib/api/session'
import type { Me } from '@/lib/api/types'
import { lastOrg } from '@/lib/last-org'
import { admin, member, usd, vps, wallet } from '@/testing/fixtures'
import { asMember, membership } from '@/testing/memberships'
import { remember, start } from '@/testing/start-app'
import { problem, type Seen } from '@/testing/stub-api'
import { useToasts } from '@/stores/toasts'

vi.mock('@/lib/events', () => ({ followEvents: () => () => undefined }))

const CIRRUS = asMember({ id: 'org_2', name: 'Cirrus' })
const both: Me = { ...member, organisations: [membership(), CIRRUS] }
const none: Me = { ...member, organisations: [] }
const many: Me = {
  ...member,
  organisations: Array.from({ length: 9 }, (_, i) => membership({ id: `org_${i + 1}`, name: `Customer ${i + 1}` })),
}

/** Answers that tell whose they are. */
const WHOSE = {
  'GET /api/wallet': ({ headers }: Seen) =>
    headers.get('x-org') === 'org_2' ? { ...wallet, balance: usd('7.000000') } : wallet,
  'GET /api/vps': ({ headers }: Seen) => ({
    items: [{ ...vps, label: headers.get('x-org') === 'org_2' ? 'cirrus-1' : 'nimbus-1' }],
    next: null,
  }),
}

beforeEach(() => {
  announceSignedOut()
  useToasts.setState({ items: [] })
  remember()
})

describe('the first page', () => {
  it('is the first organisation’s dashboard, and the last one’s of this tab after that', async () => {
    const { router } = start('/', { 'GET /api/auth/me': both, ...WHOSE })
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
    await act(() => router.navigate('/o/org_2/wallet'))
    await screen.findByRole('heading', { name: 'Wallet' })
    await act(() => router.navigate('/'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_2/dashboard'))
  })

  it('says to a person without an organisation what to do', async () => {
    const { server } = start('/', { 'GET /api/auth/me': none })
    expect(await screen.findByText('You don’t belong to an organisation')).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'Servers' })).not.toBeInTheDocument()
    expect(server.seen.filter((r) => r.path === '/api/wallet')).toEqual([])
  })

  it('is the overview for administrators, who need no organisation', async () => {
    const { router } = start('/', { 'GET /api/auth/me': { ...admin, organisations: [] } })
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin'))
  })
})

describe('an address', () => {
  it.each([
    ['/servers?status=stopped#list', '/o/org_1/servers?status=stopped#list'],
    ['/servers/vps_1?dialog=rename', '/o/org_1/servers/vps_1?dialog=rename'],
    ['/wallet', '/o/org_1/wallet'],
    ['/dashboard', '/o/org_1/dashboard'],
    ['/o/org_1', '/o/org_1/dashboard'],
  ])('%s leads to %s', async (former, now) => {
    const { router } = start(former, { 'GET /api/vps/{id}': () => problem(404, 'not_found') })
    await waitFor(() => {
      const { pathname, search, hash } = router.state.location
      expect(pathname + search + hash).toBe(now)
    })
  })

  it('of a server leads to the organisation that has it', async () => {
    const { router } = start('/servers/vps_1?tab=activity', {
      'GET /api/auth/me': both,
      ...WHOSE,
      'GET /api/vps/{id}': ({ headers }: Seen) => (headers.get('x-org') === 'org_2' ? vps : problem(404, 'not_found')),
      'GET /api/vps/{id}/jobs': { items: [], next: null },
    })
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_2/servers/vps_1'))
    expect(router.state.location.search).toBe('?tab=activity')
  })

  it('of an organisation that is not mine says so, asks nothing about it, and leads to mine', async () => {
    const { server, user, router } = start('/o/org_9/wallet')
    expect(await screen.findByRole('heading', { name: 'Organisation not found' })).toBeInTheDocument()
    expect(server.seen.filter((r) => r.headers.get('x-org') === 'org_9')).toEqual([])
    expect(screen.queryByRole('link', { name: 'Look among the customers' })).not.toBeInTheDocument()
    await user.click(screen.getByRole('link', { name: 'Go to your organisation' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
    await waitFor(() => expect(lastOrg()).toBe('org_1'))
  })

  it('of a customer’s organisation leads administrators to the customer', async () => {
    start('/o/org_9/wallet', { 'GET /api/auth/me': admin })
    expect(await screen.findByRole('link', { name: 'Look among the customers' })).toHaveAttribute(
      'href',
      '/admin/customers/org_9',
    )
  })
})

describe('the switcher', () => {
  const open = async (user: ReturnType<typeof start>['user'], name: RegExp) => {
    // The key, for the pointer's events are not jsdom's.
    ;(await screen.findByRole('button', { name })).focus()
    await user.keyboard('{Enter}')
  }

  it('leads by keys to the same place of another organisation, which asks for its own things', async () => {
    const { user, router, server } = start('/o/org_1/servers?status=running', { 'GET /api/auth/me': both, ...WHOSE })
    expect(await screen.findByRole('link', { name: 'nimbus-1' })).toBeInTheDocument()
    await open(user, /organisation Nimbus Labs/)
    const menu = within(await screen.findByRole('menu'))
    expect(menu.getByRole('menuitemradio', { name: /Nimbus Labs/ })).toHaveAttribute('aria-checked', 'true')
    expect(menu.getByRole('menuitemradio', { name: /Cirrus/ })).toHaveTextContent('Member')
    // Its first letter finds it.
    await user.keyboard('c')
    await waitFor(() => expect(menu.getByRole('menuitemradio', { name: /Cirrus/ })).toHaveFocus())
    await user.keyboard('{Enter}')
    expect(await screen.findByRole('link', { name: 'cirrus-1' })).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'nimbus-1' })).not.toBeInTheDocument()
    expect(router.state.location.pathname + router.state.location.search).toBe('/o/org_2/servers')
    expect(await screen.findByRole('link', { name: /^Wallet: \$7\.00/ })).toHaveAttribute('href', '/o/org_2/wallet')
    const begun = server.seen.filter((r) => r.path === '/api/vps').map((r) => r.headers.get('x-org'))
    expect(begun).toEqual(['org_1', 'org_2'])
    expect(lastOrg()).toBe('org_2')
  })

  it('leads from a thing of one to the list of the other', async () => {
    const { user, router } = start('/o/org_1/servers/vps_1', {
      'GET /api/auth/me': both,
      ...WHOSE,
      'GET /api/vps/{id}': vps,
      'GET /api/vps/{id}/jobs': { items: [], next: null },
      'GET /api/vps/{id}/quote': () => problem(503, 'unavailable'),
    })
    await screen.findByRole('heading', { name: 'web-1' })
    await open(user, /organisation Nimbus Labs/)
    await user.keyboard('{ArrowDown}{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_2/servers'))
  })

  it('is a search once there are more than seven', async () => {
    const { user, router } = start('/o/org_1/wallet', { 'GET /api/auth/me': many })
    await open(user, /organisation Customer 1/)
    await user.type(await screen.findByRole('combobox', { name: 'Search your organisations' }), 'mer 8')
    expect(screen.getAllByRole('option')).toHaveLength(1)
    await user.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_8/wallet'))
  })

  it('is in the palette too', async () => {
    const { user, router } = start('/o/org_1/wallet', { 'GET /api/auth/me': both })
    await screen.findByRole('heading', { name: 'Wallet' })
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), 'cirrus')
    await user.click(await screen.findByRole('option', { name: /Switch to Cirrus/ }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_2/wallet'))
  })
})

describe('a new organisation', () => {
  const made = { id: 'org_3', name: 'Stratus' }

  it('is created from the switcher, and shown once it is the person’s', async () => {
    const { user, router, server } = start('/o/org_1/wallet', {
      'POST /api/orgs': () => {
        server.on('GET /api/auth/me', { ...member, organisations: [membership(), membership(made)] })
        return made
      },
    })
    await screen.findByRole('heading', { name: 'Wallet' })
    ;(await screen.findByRole('button', { name: /organisation Nimbus Labs/ })).focus()
    await user.keyboard('{Enter}')
    await user.click(await screen.findByRole('menuitem', { name: 'New organisation…' }))
    expect(router.state.location.search).toBe('?dialog=new-organisation')
    const name = await screen.findByLabelText('Name')
    await user.type(name, ' ')
    await user.click(screen.getByRole('button', { name: 'Create organisation' }))
    expect(await screen.findByText('Give it a name.')).toBeInTheDocument()
    await user.type(name, 'Stratus{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_3/dashboard'))
    expect(server.of('POST /api/orgs').map((r) => [r.body, r.headers.get('x-org')])).toEqual([
      [{ name: 'Stratus' }, null],
    ])
    expect(await screen.findByRole('button', { name: /organisation Stratus/ })).toBeInTheDocument()
  })

  it('says why it is refused, and keeps the name', async () => {
    const { user } = start('/o/org_1/wallet?dialog=new-organisation', {
      'POST /api/orgs': () => problem(409, 'too_many_organisations', { detail: 'You have 20 organisations already.' }),
    })
    await user.type(await screen.findByLabelText('Name'), 'Stratus{Enter}')
    expect(await screen.findByText('You have 20 organisations already.')).toBeInTheDocument()
    expect(screen.getByLabelText('Name')).toHaveValue('Stratus')
  })

  it('is the first step of a person without one', async () => {
    const { user } = start('/', { 'GET /api/auth/me': none })
    await user.click(await screen.findByRole('button', { name: 'Create organisation' }))
    expect(await screen.findByRole('dialog', { name: 'New organisation' })).toBeInTheDocument()
  })
})

describe('rights', () => {
  it('hide what a role may not see, and say who may', async () => {
    const { server } = start('/o/org_2/wallet', { 'GET /api/auth/me': both, ...WHOSE })
    expect(await screen.findByText('You can’t see the statement')).toBeInTheDocument()
    expect(screen.getByText(/Your role in Cirrus is Member/)).toBeInTheDocument()
    expect(server.of('GET /api/wallet/statement')).toHaveLength(0)
  })

  it('are those of the renewed session, without a question of its own', async () => {
    let renewed = false
    const { server } = start('/o/org_2/servers', {
      'GET /api/auth/me': both,
      'GET /api/vps': () => (renewed ? { items: [vps], next: null } : problem(401, 'unauthenticated')),
      'POST /api/auth/refresh': () => {
        renewed = true
        return {
          ...both,
          organisations: [membership(), { ...CIRRUS, role: 'billing', may: ['vps:read', 'wallet:read'] }],
        }
      },
    })
    await screen.findByRole('link', { name: 'web-1' })
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Create server' })).not.toBeInTheDocument())
    expect(server.of('GET /api/auth/me')).toHaveLength(1)
  })

  it('are asked for again when another tab renewed the session', async () => {
    const { server } = start('/o/org_2/servers', { 'GET /api/auth/me': both, ...WHOSE })
    expect(await screen.findByRole('link', { name: 'Create server' })).toBeInTheDocument()
    server.on('GET /api/auth/me', { ...both, organisations: [{ ...CIRRUS, may: ['vps:read'] }] })
    act(() => void dispatchEvent(new StorageEvent('storage', { key: 'sp.renewals', newValue: 'another' })))
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Create server' })).not.toBeInTheDocument())
  })

  it('end with the membership: the page closes, and nothing of the organisation is kept', async () => {
    const { server, client } = start('/o/org_2/servers', { 'GET /api/auth/me': both, ...WHOSE })
    expect(await screen.findByRole('link', { name: 'cirrus-1' })).toBeInTheDocument()
    server.on('GET /api/auth/me', member)
    act(() => void dispatchEvent(new StorageEvent('storage', { key: 'sp.renewals', newValue: 'another' })))
    expect(await screen.findByRole('heading', { name: 'Organisation not found' })).toBeInTheDocument()
    await waitFor(() =>
      expect(client.getQueryCache().findAll({ predicate: ({ queryKey }) => queryKey[0] === 'org_2' })).toEqual([]),
    )
    // The frame is about an organisation that is still theirs.
    expect(await screen.findByRole('link', { name: /^Wallet: \$42/ })).toHaveAttribute('href', '/o/org_1/wallet')
  })
})
