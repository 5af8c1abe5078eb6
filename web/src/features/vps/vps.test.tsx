import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { JobCard, settled } from '@/features/vps/components/job-card'
import { VpsListPage } from '@/features/vps/pages/vps-list-page'
import { VpsPage } from '@/features/vps/pages/vps-page'
import { possible, refused } from '@/features/vps/possible-actions'
import type { Job } from '@/lib/api/types'
import { job, plan, reader, vps } from '@/testing/fixtures'
import { vpsQuote } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { useToasts } from '@/stores/toasts'
import { problem, stubApi } from '@/testing/stub-api'

const page = (items: unknown[], next: string | null = null) => ({ items, next })

describe('servers', () => {
  it('shows each with status in words, place, address and price', async () => {
    stubApi({ 'GET /api/vps': page([vps]) })
    renderPage(<VpsListPage />, { path: '/servers' })
    const row = within((await screen.findByRole('link', { name: 'web-1' })).closest('tr') as HTMLElement)
    expect(row.getByText('Running')).toBeInTheDocument()
    expect(row.getAllByText('Frankfurt').length).toBeGreaterThan(0)
    expect(row.getByText('203.0.113.7')).toBeInTheDocument()
    expect(row.getByText('$0.0192')).toBeInTheDocument()
  })

  it('keeps filters in the address and asks the server with them', async () => {
    const server = stubApi({ 'GET /api/vps': page([vps]) })
    const { user, router } = renderPage(<VpsListPage />, { path: '/servers', at: '/servers?cursor=abc' })
    await screen.findByText('web-1')
    await user.selectOptions(screen.getByLabelText('Status'), 'stopped')
    await waitFor(() => expect(server.seen.at(-1)?.query.get('status')).toBe('stopped'))
    expect(router.state.location.search).toBe('?status=stopped')
    await user.keyboard('/')
    expect(screen.getByLabelText('Search by name or IP')).toHaveFocus()
    await user.keyboard('web')
    await waitFor(() => expect(server.seen.at(-1)?.query.get('q')).toBe('web'))
    expect(router.state.location.search).toBe('?status=stopped&q=web')
  })

  it('pages by the server’s cursor', async () => {
    const server = stubApi({ 'GET /api/vps': page([vps], 'next-1') })
    const { user, router } = renderPage(<VpsListPage />, { path: '/servers' })
    await screen.findByText('web-1')
    expect(screen.getByRole('button', { name: 'Previous' })).toBeDisabled()
    await user.click(screen.getByRole('button', { name: 'Next' }))
    await waitFor(() => expect(server.seen.at(-1)?.query.get('cursor')).toBe('next-1'))
    await user.click(screen.getByRole('button', { name: 'Previous' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
  })

  it('filters by a tag, in the address, and can be freed of it', async () => {
    const server = stubApi({ 'GET /api/vps': page([vps]) })
    const { user, router } = renderPage(<VpsListPage />, { path: '/servers' })
    await user.click(await screen.findByRole('button', { name: 'shop' }))
    await waitFor(() => expect(server.seen.at(-1)?.query.get('tag')).toBe('shop'))
    expect(router.state.location.search).toBe('?tag=shop')
    await user.click(screen.getByRole('button', { name: 'No longer only those tagged shop' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
  })

  it('asks before it shuts down from a row, and says what happens in it', async () => {
    const busy = { ...vps, job: { ...job, action: 'shutdown', state: 'running', attempts: 0 } }
    const server = stubApi({
      'GET /api/vps': page([vps]),
      'POST /api/vps/{id}/action': () => ({ vps: busy, job: busy.job }),
    })
    const { user, router } = renderPage(<VpsListPage />, { path: '/servers' })
    await user.click(await screen.findByRole('button', { name: 'Actions for web-1' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Shut down…' }))
    expect(router.state.location.search).toBe('?dialog=shutdown&of=vps_1')
    server.on('GET /api/vps', page([busy]))
    await user.click(await screen.findByRole('button', { name: 'Shut down server' }))
    expect(await screen.findByText('Shutting down…')).toBeInTheDocument()
    expect(router.state.location.pathname).toBe('/servers')
  })

  it('teaches the first step with three plans', async () => {
    stubApi({
      'GET /api/vps': page([]),
      'GET /api/plans': { items: [1, 2, 3, 4].map((n) => ({ ...plan, id: `plan_${n}`, name: `Plan ${n}` })) },
    })
    renderPage(<VpsListPage />, { path: '/servers' })
    expect(await screen.findByText('Start with your first server')).toBeInTheDocument()
    expect(await screen.findByRole('link', { name: /Plan 1/ })).toHaveAttribute(
      'href',
      '/o/org_1/servers/new?plan=plan_1',
    )
    expect(screen.queryByRole('link', { name: /Plan 4/ })).not.toBeInTheDocument()
  })

  it('distinguishes nothing found from nothing there', async () => {
    stubApi({ 'GET /api/vps': page([]) })
    const { user, router } = renderPage(<VpsListPage />, { path: '/servers', at: '/servers?q=zzz' })
    expect(await screen.findByText('No servers match')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Clear filters' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
  })

  it('fails alone, with a reference, and can be retried', async () => {
    const server = stubApi({
      'GET /api/vps': () => problem(503, 'unavailable', { detail: 'The list cannot be read right now.' }),
    })
    const { user } = renderPage(<VpsListPage />, { path: '/servers' })
    expect(await screen.findByText('The list cannot be read right now.')).toBeInTheDocument()
    expect(screen.getByText('req_test')).toBeInTheDocument()
    server.on('GET /api/vps', page([vps]))
    await user.click(screen.getByRole('button', { name: 'Retry' }))
    expect(await screen.findByText('web-1')).toBeInTheDocument()
  })

  it('offers nothing to change to people who only read', async () => {
    stubApi({ 'GET /api/vps': page([vps]) })
    const { user } = renderPage(<VpsListPage />, { path: '/servers', me: reader })
    await screen.findByText('web-1')
    expect(screen.queryByRole('link', { name: 'Create server' })).not.toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    expect(await screen.findByRole('menuitem', { name: 'Open' })).toBeInTheDocument()
    expect(screen.queryByRole('menuitem', { name: /Delete|Reboot/ })).not.toBeInTheDocument()
  })
})

describe('a server', () => {
  const routes = (over = {}) => ({
    'GET /api/vps/{id}': { ...vps, ...over },
    'GET /api/vps/{id}/jobs': page([]),
    'GET /api/vps/{id}/quote': vpsQuote,
  })
  const open = (at = '/servers/vps_1') => renderPage(<VpsPage />, { path: '/servers/:id', at })

  it('shows work in progress step by step, with its progress', async () => {
    stubApi({ ...routes({ status: 'provisioning', ipv4: null, job }), 'GET /api/vps/{id}/jobs': page([job]) })
    open()
    expect(await screen.findByRole('progressbar', { name: 'Create' })).toHaveAttribute('aria-valuenow', '60')
    expect(screen.getByText('The machine is booting')).toBeInTheDocument()
    expect(screen.getByText('Machine created')).toBeInTheDocument()
    // Its beginning says nothing more once its end is known.
    expect(screen.queryByText('Creating the machine')).not.toBeInTheDocument()
    expect(screen.getByText('Waiting for it to boot')).toBeInTheDocument()
  })

  const rebooting: Job = { ...job, action: 'reboot', state: 'running', attempts: 0 }

  it('asks once before it reboots, then says what happens and keeps its buttons', async () => {
    const busy = { ...vps, job: rebooting }
    const server = stubApi({ ...routes(), 'POST /api/vps/{id}/action': () => ({ vps: busy, job: rebooting }) })
    const { user, router } = open()
    await user.click(await screen.findByRole('button', { name: 'Reboot' }))
    expect(router.state.location.search).toBe('?dialog=reboot')
    expect(server.of('POST /api/vps/{id}/action')).toHaveLength(0)
    server.on('GET /api/vps/{id}', busy)
    await user.click(await screen.findByRole('button', { name: 'Reboot server' }))
    await waitFor(() => expect(server.of('POST /api/vps/{id}/action')[0]?.body).toEqual({ action: 'reboot' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(screen.getByRole('status', { name: 'Status' })).toHaveTextContent('Rebooting…')
    // In progress: further orders wait.
    await waitFor(() => expect(screen.getByRole('button', { name: 'Reboot' })).toHaveAttribute('aria-disabled', 'true'))
    await user.click(screen.getByRole('button', { name: 'Shut down' }))
    expect(server.of('POST /api/vps/{id}/action')).toHaveLength(1)
  })

  it('says what a shutdown means for its cost', async () => {
    stubApi(routes())
    open('/servers/vps_1?dialog=shutdown')
    expect(await screen.findByRole('dialog')).toHaveTextContent('A stopped server is still charged $0.0192/h.')
  })

  it('is quiet about a second click: it is booting already', async () => {
    const off = { ...vps, status: 'stopped' as const }
    const busy = { ...off, job: { ...rebooting, action: 'boot' as const } }
    const server = stubApi({ ...routes(off), 'POST /api/vps/{id}/action': () => problem(409, 'busy') })
    const { user } = open()
    const boot = await screen.findByRole('button', { name: 'Boot' })
    server.on('GET /api/vps/{id}', busy)
    await user.click(boot)
    await waitFor(() => expect(screen.getByRole('status', { name: 'Status' })).toHaveTextContent('Booting…'))
    expect(useToasts.getState().items.map((t) => [t.tone, t.title])).toEqual([['info', 'web-1: already booting']])
  })

  it('has tags and notes of its customer', async () => {
    const server = stubApi({ ...routes(), 'PATCH /api/vps/{id}': () => vps })
    const { user } = open()
    expect(await screen.findByRole('link', { name: 'shop' })).toHaveAttribute('href', '/o/org_1/servers?tag=shop')
    await user.click(screen.getByRole('button', { name: 'Edit' }))
    const tags = await screen.findByRole('textbox', { name: 'Tags' })
    expect(tags).toHaveValue('shop, prod')
    await user.clear(tags)
    await user.type(tags, 'Web, not_good')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText(/Use letters, digits and dashes/)).toBeInTheDocument()
    await user.clear(tags)
    await user.type(tags, 'Web web, eu-1')
    await user.type(screen.getByLabelText('Notes'), '<b>Ask Ada</b>')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(server.of('PATCH /api/vps/{id}')[0]?.body).toEqual({ tags: ['web', 'eu-1'], notes: '<b>Ask Ada</b>' }),
    )
  })

  it('shows its key, its months and its next charge', async () => {
    stubApi(routes({ notes: '<b>plain</b>' }))
    open()
    expect(await screen.findByText('SHA256:uNiVztksCsDhcc0u9e8BrVe')).toBeInTheDocument()
    expect(screen.getByText('<b>plain</b>')).toBeInTheDocument()
    const months = within(await screen.findByRole('table', { name: 'Cost by month' }))
    expect(months.getByText('November 2026').closest('tr')).toHaveTextContent('$1.48')
    expect(months.getByText('October 2026').closest('tr')).toHaveTextContent('744')
    expect(screen.getByText('Next charge').closest('div')).toHaveTextContent('$0.0192')
  })

  it('renames, and keeps what was typed when the name is taken', async () => {
    const server = stubApi({ ...routes(), 'PATCH /api/vps/{id}': () => problem(409, 'label_taken') })
    const { user, router } = open()
    await user.click(await screen.findByRole('button', { name: 'Rename server' }))
    expect(router.state.location.search).toBe('?dialog=rename')
    const field = await screen.findByLabelText('Name')
    await user.clear(field)
    await user.type(field, 'web-2{Enter}')
    expect(await screen.findByText('Another of your servers already has this name.')).toBeInTheDocument()
    expect(field).toHaveValue('web-2')
    server.on('PATCH /api/vps/{id}', { ...vps, label: 'web-2' })
    server.on('GET /api/vps/{id}', { ...vps, label: 'web-2' })
    await user.click(screen.getByRole('button', { name: 'Rename' }))
    expect(await screen.findByRole('heading', { name: 'web-2' })).toBeInTheDocument()
  })

  const deletion: Job = { ...job, action: 'delete', attempts: 0 }

  it('is deleted only by its name, after saying what that does to the bill', async () => {
    const server = stubApi({
      ...routes(),
      'DELETE /api/vps/{id}': () => ({ vps: { ...vps, status: 'deleting', job: deletion }, job: deletion }),
    })
    const { user } = open('/servers/vps_1?dialog=delete')
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('$0.2076')).toBeInTheDocument()
    expect(dialog.getByText('10 d')).toBeInTheDocument()
    const button = dialog.getByRole('button', { name: 'Delete server' })
    await user.type(dialog.getByRole('textbox'), 'web')
    expect(button).toBeDisabled()
    await user.type(dialog.getByRole('textbox'), '{Enter}')
    expect(server.of('DELETE /api/vps/{id}')).toHaveLength(0)
    await user.type(dialog.getByRole('textbox'), '-1')
    server.on('GET /api/vps/{id}', { ...vps, status: 'deleting', job: deletion })
    await user.click(button)
    await waitFor(() => expect(server.of('DELETE /api/vps/{id}')[0]?.body).toEqual({ label: 'web-1' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(screen.getByRole('status', { name: 'Status' })).toHaveTextContent('Deleting…')
  })

  it('tells a customer why it failed', async () => {
    stubApi(routes({ status: 'failed', failure: 'It did not start. Nothing was charged.' }))
    open()
    expect(await screen.findByText('It did not start. Nothing was charged.')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Reboot' })).not.toBeInTheDocument()
  })

  it('that does not exist says so', async () => {
    stubApi({ 'GET /api/vps/{id}': () => problem(404, 'not_found', { detail: 'This server does not exist.' }) })
    open()
    expect(await screen.findByText('This server does not exist.')).toBeInTheDocument()
  })
})

it.each([
  ['running', null, ['reboot', 'shutdown'], null, true],
  ['running', job, ['reboot', 'shutdown'], /Another change/, true],
  ['stopped', null, ['reboot', 'boot'], null, true],
  ['provisioning', job, ['reboot', 'shutdown'], /being created/, true],
  ['deleting', job, ['reboot', 'shutdown'], /being deleted/, false],
  ['deleted', null, null, null, false],
  ['failed', null, null, null, true],
  ['lost', null, ['reboot', 'shutdown'], /found/, true],
] as const)('%s allows what it should', (status, open, power, wait, change) => {
  const can = possible({ status, job: open }, { create: true, use: true, delete: true })
  expect(can).toMatchObject({ power, delete: change, change })
  if (wait) expect(can.wait).toMatch(wait)
  else expect(can.wait).toBeNull()
  expect(possible({ status, job: open }, { create: false, use: false, delete: false })).toMatchObject({
    power: null,
    delete: false,
    change: false,
  })
})

it('reboots only what is on', () => {
  const off = { status: 'stopped' as const, job: null }
  expect(refused('reboot', off, possible(off, { create: true, use: true, delete: true }))).toMatch(/It is off/)
  expect(refused('boot', off, possible(off, { create: true, use: true, delete: true }))).toBeNull()
})

describe('a job speaks once', () => {
  const line = (over: Partial<Job>) => {
    cleanup()
    render(<JobCard job={{ ...job, action: 'reboot', ...over }} open />)
  }

  it('says which try follows and when, not that one failed', () => {
    line({ state: 'retry', attempts: 4, next_try_at: new Date(Date.now() + 40_500).toISOString() })
    expect(screen.getByRole('status')).toHaveTextContent('Taking longer than usual, trying again (5 of 8)')
    expect(screen.getByText(/, next in (39|40) s/)).toBeInTheDocument()
    expect(screen.getByText('Rebooting…')).toBeInTheDocument()
  })

  it('names what was done, by whom and how long it took', () => {
    line({ state: 'succeeded', created_at: '2026-11-22T10:00:00Z', finished_at: '2026-11-22T10:00:04Z' })
    expect(screen.getByRole('button')).toHaveTextContent(/Rebooted\s*by Ada Lovelace.*· 4 s/)
  })

  it('says that we look into it only where it is stuck', () => {
    const failure = 'This is taking longer than it should. We are looking into it.'
    line({ state: 'stuck', failure })
    expect(screen.getByText('Reboot delayed')).toBeInTheDocument()
    expect(screen.getByText(failure)).toBeInTheDocument()
    expect(screen.queryByRole('progressbar')).not.toBeInTheDocument()
  })
})

it('keeps a beginning whose end is not known', () => {
  expect(settled(job.steps).map((s) => s.words)).toEqual([
    'Order accepted',
    'Machine created',
    'Waiting for it to boot',
  ])
})

describe('a job in the queue', () => {
  const queued = (created_at: string): Job => ({
    ...job,
    state: 'queued',
    attempts: 0,
    progress: null,
    steps: [],
    created_at,
  })

  it('is said to wait, and after a while that it takes longer than usual', () => {
    render(<JobCard job={queued(new Date().toISOString())} />)
    expect(screen.getByText('Waiting in the queue.')).toBeInTheDocument()
    cleanup()
    render(<JobCard job={queued(new Date(Date.now() - 40_000).toISOString())} />)
    expect(screen.getByText(/waits longer than usual.*Nothing is lost/)).toBeInTheDocument()
  })
})

it('names the field that was refused, and keeps the rest for another order', async () => {
  const failed = {
    ...vps,
    status: 'failed',
    ipv4: null,
    failure: 'The root password was refused: choose another.',
    failure_field: '/root_password',
  }
  stubApi({
    'GET /api/vps/{id}': failed,
    'GET /api/vps/{id}/jobs': page([]),
    'GET /api/vps/{id}/quote': vpsQuote,
  })
  renderPage(<VpsPage />, { path: '/servers/:id', at: '/servers/vps_1' })
  const to = '/o/org_1/servers/new?plan=plan_1&region=eu-central&image=debian12&name=web-1&access=password'
  expect(await screen.findByRole('link', { name: 'Order again with another root password' })).toHaveAttribute(
    'href',
    to,
  )
  expect(screen.getByRole('link', { name: 'Order again' })).toHaveAttribute('href', to)
})
