import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { newsOf } from '@/app/shell/news'
import { OTHER_PERSON } from '@/lib/api/send'
import { announceSignedOut } from '@/lib/api/session'
import type { LiveActivity, Me } from '@/lib/api/types'
import { useToasts } from '@/stores/toasts'
import { admin, member, overview, setup, usd, wallet } from '@/testing/fixtures'
import { remember, start } from '@/testing/start-app'
import { json, problem, type Seen } from '@/testing/stub-api'

// jsdom has no canvas.
vi.mock('@/components/time-plot', () => ({ TimePlot: () => null }))
vi.mock('@/lib/events', () => ({ followEvents: () => () => undefined }))

// Another test's person must not seem to have been here before.
beforeEach(() => {
  announceSignedOut()
  useToasts.setState({ items: [] })
})

describe('a stranger', () => {
  it('is led to the sign-in page and back, without a request that must fail', async () => {
    const { server, router, user } = start('/o/org_1/wallet', { 'POST /api/auth/login': member })
    await waitFor(() =>
      expect(router.state.location.pathname + router.state.location.search).toBe('/sign-in?next=%2Fo%2Forg_1%2Fwallet'),
    )
    expect(server.of('GET /api/auth/me')).toHaveLength(0)
    await user.type(await screen.findByLabelText('Email'), 'ada@nimbus.example')
    await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
    expect(await screen.findByRole('heading', { name: 'Wallet' })).toBeInTheDocument()
    expect(document.title).toBe('Wallet · Nimbus')
  })

  it('whose session ended in the middle is signed out', async () => {
    remember()
    const { router } = start('/o/org_1/wallet', {
      'GET /api/wallet/statement': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': () => problem(401, 'unauthenticated'),
    })
    await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
  })

  it('whose session cannot be confirmed for now may try again, and is not signed out', async () => {
    remember()
    const later = { 'retry-after': '60' }
    const { router, server, user } = start('/nowhere', {
      'GET /api/auth/me': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': () => json({ code: 'rate_limited' }, 429, later),
    })
    expect(await screen.findByText(/You are still signed in/)).toBeInTheDocument()
    expect(router.state.location.pathname).toBe('/nowhere')
    server.on('GET /api/auth/me', member)
    await user.click(screen.getByRole('button', { name: 'Retry' }))
    expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeInTheDocument()
  })
})

describe('the frame', () => {
  it('shows admins their group, and others nothing of it', async () => {
    remember()
    const { router } = start('/', {})
    expect(await screen.findByRole('link', { name: 'Servers' })).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'Customers' })).not.toBeInTheDocument()
    await router.navigate('/admin/jobs')
    expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeInTheDocument()
  })

  it('has the admin group for admins', async () => {
    remember()
    start('/nowhere', { 'GET /api/auth/me': admin })
    for (const name of ['Overview', 'Jobs', 'Workers', 'Schedules', 'Customers', 'Plans', 'Clouds', 'Audit'])
      expect(await screen.findByRole('link', { name })).toBeInTheDocument()
    const servers = screen.getAllByRole('link', { name: 'Servers' }).map((link) => link.getAttribute('href'))
    expect(servers).toEqual(['/o/org_1/servers', '/admin/servers'])
  })

  it('begins on the overview for admins, who have a dashboard of their own beside it', async () => {
    remember()
    const { router } = start('/', {
      'GET /api/auth/me': admin,
      'GET /api/admin/overview': overview,
      'GET /api/admin/overview/servers': { items: [] },
      'GET /api/admin/setup': { ...setup, hidden: true },
    })
    expect(await screen.findByRole('heading', { name: 'Overview' })).toBeInTheDocument()
    expect(router.state.location.pathname).toBe('/admin')
    expect(screen.getByRole('link', { name: 'Dashboard' })).toHaveAttribute('href', '/o/org_1/dashboard')
  })

  it('finds for admins what belongs to anybody', async () => {
    remember()
    const found = (type: string, label: string, detail: string, more: string | null = null) => ({
      type,
      id: `${type}_1`,
      label,
      detail,
      more,
    })
    const { user, router, server } = start('/nowhere', {
      'GET /api/auth/me': admin,
      'GET /api/admin/search': {
        items: [
          found('org', 'Nimbus', 'ada@nimbus.example'),
          found('vps', 'web-1', 'running', '203.0.113.7 · Nimbus'),
          found('job', 'vps.provision', 'failed'),
        ],
      },
    })
    await screen.findByRole('heading', { name: 'Page not found' })
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), '203.0.113.7')
    const option = await screen.findByRole('option', { name: /web-1/ })
    expect(option).toHaveTextContent('203.0.113.7 · Nimbus · Running')
    expect(screen.getByRole('option', { name: /Create server/ })).toHaveTextContent('Failed')
    expect(server.of('GET /api/admin/search').at(-1)?.query.get('q')).toBe('203.0.113.7')
    await user.click(screen.getByRole('option', { name: /Nimbus ada|ada@nimbus/ }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin/customers/org_1'))
  })

  it.each([
    [80 * 3600, 'border-border'],
    [71 * 3600, 'bg-warning-soft'],
    [23 * 3600, 'bg-danger-soft'],
  ])('colours a runway of %d s', async (runway_s, look) => {
    remember()
    start('/nowhere', { 'GET /api/wallet': { ...wallet, runway_s } })
    expect(await screen.findByRole('link', { name: /^Wallet: \$42\.18, lasts/ })).toHaveClass(look)
  })

  it('says across every page that money is owed', async () => {
    remember()
    start('/nowhere', { 'GET /api/wallet': { ...wallet, owed: usd('3.120000') } })
    expect(await screen.findByText(/^The balance of Nimbus Labs is/)).toHaveTextContent('−$3.12')
  })

  it('finds servers and pages by Ctrl-K', async () => {
    remember()
    const { user, router, server } = start('/nowhere')
    await screen.findByRole('heading', { name: 'Page not found' })
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), '203.0.113.7')
    await waitFor(() => expect(server.of('GET /api/vps').at(-1)?.query.get('q')).toBe('203.0.113.7'))
    expect(await screen.findByRole('option', { name: /web-1/ })).toHaveAttribute('aria-selected', 'true')
    await user.clear(screen.getByRole('combobox'))
    await user.type(screen.getByRole('combobox'), 'activ')
    await waitFor(() => expect(screen.getAllByRole('option')[0]).toBeInTheDocument())
    await user.keyboard('{ArrowUp}{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/activity'))
    expect(screen.queryByRole('combobox')).not.toBeInTheDocument()
  })

  it('signs out, and drops the drafts', async () => {
    remember()
    sessionStorage.setItem('sp.draft.vps', JSON.stringify({ user: member.user.id, draft: {} }))
    const { user, router, server } = start('/nowhere', {
      'POST /api/auth/logout': () => new Response(null, { status: 204 }),
    })
    await user.click(await screen.findByRole('button', { name: 'Account' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
    expect(server.of('POST /api/auth/logout')).toHaveLength(1)
    expect(sessionStorage.getItem('sp.draft.vps')).toBeNull()
  })

  it('says at once that the browser is offline, and when it no longer is', async () => {
    remember()
    start('/nowhere')
    await screen.findByRole('heading', { name: 'Page not found' })
    const line = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    act(() => void dispatchEvent(new Event('offline')))
    expect(screen.getByText(/You are offline/)).toBeInTheDocument()
    line.mockRestore()
    act(() => void dispatchEvent(new Event('online')))
    expect(screen.queryByText(/You are offline/)).not.toBeInTheDocument()
  })
})

describe('a tab', () => {
  const grace: Me = {
    ...member,
    user: { ...member.user, id: 'user_2', email: 'grace@nimbus.example', name: 'Grace Hopper' },
  }
  const draft = () => sessionStorage.setItem('sp.draft.vps', JSON.stringify({ user: member.user.id, draft: {} }))
  /** What the browser tells this tab when another one changes the storage. */
  const elsewhere = (session: string | null) =>
    act(() => void dispatchEvent(new StorageEvent('storage', { key: 'sp.session', newValue: session })))

  it('leaves with the sign-out of another tab, and keeps no draft', async () => {
    remember()
    draft()
    const { router } = start('/nowhere')
    await screen.findByRole('heading', { name: 'Page not found' })
    localStorage.removeItem('sp.session')
    elsewhere(null)
    await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
    expect(sessionStorage.getItem('sp.draft.vps')).toBeNull()
  })

  it('keeps the draft when the session only ran out', async () => {
    remember()
    draft()
    const { router } = start('/nowhere')
    await screen.findByRole('heading', { name: 'Page not found' })
    elsewhere('ended')
    await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
    expect(sessionStorage.getItem('sp.draft.vps')).not.toBeNull()
  })

  it.each(['the storage', 'the channel'])('becomes the person of another tab’s sign-in, told by %s', async (by) => {
    remember()
    draft()
    const { router, server } = start('/o/org_1/servers/vps_1/none', {})
    await screen.findByRole('heading', { name: 'Page not found' })
    server.on('GET /api/auth/me', grace)
    if (by === 'the storage') elsewhere(grace.user.id)
    else {
      const other = new BroadcastChannel('sp.session')
      other.postMessage({ session: grace.user.id })
      await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
      other.close()
    }
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
    expect(await screen.findByText('You are now signed in as Grace Hopper')).toBeInTheDocument()
    expect(sessionStorage.getItem('sp.draft.vps')).toBeNull()
    await waitFor(() => expect(server.of('GET /api/wallet').at(-1)?.headers.get('x-skypanel-for')).toBe('user_2'))
  })

  it('follows another tab’s sign-in from the sign-in page, but not to the former person’s page', async () => {
    remember()
    const { router, server } = start('/o/org_1/wallet')
    await screen.findByRole('heading', { name: 'Wallet' })
    localStorage.removeItem('sp.session')
    elsewhere(null)
    await waitFor(() => expect(router.state.location.search).toBe('?next=%2Fo%2Forg_1%2Fwallet'))
    server.on('GET /api/auth/me', grace)
    localStorage.setItem('sp.session', grace.user.id)
    elsewhere(grace.user.id)
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
  })

  it('whose request was meant for the former person asks who is signed in, and becomes them', async () => {
    remember()
    const { router, server } = start('/nowhere')
    await screen.findByRole('heading', { name: 'Page not found' })
    server.on('GET /api/auth/me', grace)
    server.on('GET /api/activity', ({ headers }: Seen) =>
      headers.get('x-skypanel-for') === 'user_1' ? problem(409, OTHER_PERSON) : { items: [], next: null },
    )
    void router.navigate('/o/org_1/activity')
    expect(await screen.findByText('You are now signed in as Grace Hopper')).toBeInTheDocument()
    await waitFor(() => expect(router.state.location.pathname).toBe('/o/org_1/dashboard'))
  })
})

describe('news', () => {
  const WALLET = '/o/org_1/wallet'
  const now = Date.parse('2026-11-22T10:00:30Z')
  const event: LiveActivity = {
    id: '1',
    event: 'vps.running',
    status: 'success',
    entity_type: 'vps',
    entity_id: 'vps_1',
    org_id: 'org_1',
    message: 'web-1 is running',
    created_at: '2026-11-22T10:00:00Z',
  }

  it('is what happened elsewhere, and now', () => {
    expect(newsOf(event, WALLET, now)).toMatchObject({
      tone: 'success',
      title: 'web-1 is running',
      link: { to: '/o/org_1/servers/vps_1' },
    })
    expect(newsOf(event, '/o/org_1/servers/vps_1', now)).toBeNull()
    expect(newsOf(event, '/o/org_1/servers', now)).toBeNull()
    expect(newsOf(event, '/admin', now)).not.toBeNull()
    expect(newsOf(event, WALLET, now + 3_600_000)).toBeNull()
    expect(newsOf({ ...event, event: 'vps.renamed' }, WALLET, now)).toBeNull()
    expect(newsOf({ ...event, event: 'vps.failed', status: 'error' }, WALLET, now)).toMatchObject({ tone: 'danger' })
  })
})
