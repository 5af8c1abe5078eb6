import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { JobsPage } from '@/features/jobs/pages/jobs-page'
import { useUi } from '@/stores/ui'
import { admin, customer } from '@/testing/fixtures'
import { counts, operatorCloud, operatorJob, queue, statistics } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const routes = {
  'GET /api/admin/jobs': { items: [operatorJob], next: null },
  'GET /api/admin/jobs/counts': counts,
  'GET /api/admin/clouds': { items: [operatorCloud()] },
  'GET /api/admin/customers': { items: [customer], next: null },
  'GET /api/admin/activity': { items: [], next: null },
}

const open = (at = '/admin/jobs') => renderPage(<JobsPage />, { path: '/admin/jobs', at, me: admin })

beforeEach(() => useUi.setState({ queuesOpen: false, statisticsOpen: false }))

describe('the list of jobs', () => {
  it('shows kind, state, attempts, times, error, organisation and actor', async () => {
    stubApi(routes)
    open()
    const row = (await screen.findByRole('link', { name: 'Create server' })).closest('tr')
    for (const words of [
      'web-1',
      'Failed',
      'provision',
      'Main cloud',
      '3 / 5',
      '1.25 s',
      '42.0 s',
      'It did not boot',
      'boot_failed',
      'Nimbus Labs',
      'System',
    ])
      expect(row).toHaveTextContent(words)
  })

  it('filters by state with counts, by kind, queue and cloud, all in the address', async () => {
    const server = stubApi(routes)
    const { user, router } = open('/admin/jobs?org=org_1')
    await user.click(await screen.findByRole('button', { name: /Failed\s*2/ }))
    await user.selectOptions(screen.getByLabelText('Kind'), 'vps.provision')
    await user.selectOptions(await screen.findByLabelText('Queue'), 'provision')
    await user.selectOptions(screen.getByLabelText('Cloud'), 'cloud_1')
    expect(router.state.location.search).toBe(
      '?org=org_1&state=failed&kind=vps.provision&queue=provision&cloud=cloud_1',
    )
    await waitFor(() =>
      expect(Object.fromEntries(server.of('GET /api/admin/jobs').at(-1)?.query ?? [])).toMatchObject({
        org: 'org_1',
        state: 'failed',
        kind: 'vps.provision',
        queue: 'provision',
        cloud: 'cloud_1',
      }),
    )
    expect(screen.getByRole('button', { name: /Failed\s*2/ })).toHaveAttribute('aria-pressed', 'true')
    await user.click(screen.getByRole('button', { name: /Failed\s*2/ }))
    expect(router.state.location.search).not.toContain('state')
    await user.click(screen.getByRole('button', { name: 'Clear filters' }))
    expect(router.state.location.search).toBe('')
  })

  it('finds an organisation by typing, and takes any error code', async () => {
    const server = stubApi(routes)
    const { user, router } = open()
    await screen.findByRole('link', { name: 'Create server' })
    await user.type(screen.getByRole('combobox', { name: 'Organisation' }), 'nim')
    await waitFor(() => expect(server.of('GET /api/admin/customers').at(-1)?.query.get('q')).toBe('nim'))
    await user.keyboard('{ArrowDown}{ArrowUp}{Enter}')
    await waitFor(() => expect(router.state.location.search).toBe('?org=org_1'))
    expect(screen.getByRole('combobox', { name: 'Organisation' })).toHaveValue('Nimbus Labs')
    await user.click(screen.getByRole('combobox', { name: 'Error code' }))
    expect(await screen.findByRole('option', { name: /boot_failed/ })).toBeInTheDocument()
    await user.keyboard('no_such_code{Enter}')
    expect(router.state.location.search).toBe('?org=org_1&error=no_such_code')
    await user.click(screen.getByRole('button', { name: 'Remove filter Organisation' }))
    expect(router.state.location.search).toBe('?error=no_such_code')
  })

  it('ignores a state or queue in the address that does not exist', async () => {
    const server = stubApi(routes)
    open('/admin/jobs?state=lost&queue=attic&kind=mail.send')
    await screen.findByRole('link', { name: 'Create server' })
    expect([...(server.of('GET /api/admin/jobs')[0]?.query.keys() ?? [])].sort()).toEqual(['kind', 'limit'])
  })

  it('says what needs attention, and leads there', async () => {
    stubApi(routes)
    open()
    expect(await screen.findByRole('link', { name: '2 jobs need attention' })).toHaveAttribute(
      'href',
      '/admin/jobs?attention=true',
    )
  })

  it('shows only those that need attention, and no state beside', async () => {
    const server = stubApi(routes)
    const { user, router } = open('/admin/jobs?state=failed')
    await user.click(await screen.findByRole('button', { name: /Needs attention\s*2/ }))
    expect(router.state.location.search).toBe('?attention=true')
    await waitFor(() => expect(server.of('GET /api/admin/jobs').at(-1)?.query.get('attention')).toBe('true'))
    expect(screen.getByRole('button', { name: /Needs attention\s*2/ })).toHaveAttribute('aria-pressed', 'true')
    await user.click(screen.getByRole('button', { name: /Failed\s*2/ }))
    expect(router.state.location.search).toBe('?state=failed')
  })

  it('discards one from its row, with a reason', async () => {
    const server = stubApi({ ...routes, 'POST /api/admin/jobs/{id}/discard': { ...operatorJob, can_discard: false } })
    const { user, router } = open('/admin/jobs?state=failed')
    await user.click(await screen.findByRole('button', { name: 'Actions for Create server web-1' }))
    expect(screen.queryByRole('menuitem', { name: 'Cancel…' })).not.toBeInTheDocument()
    await user.click(await screen.findByRole('menuitem', { name: 'Discard…' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason'), 'Known outage{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/jobs/{id}/discard')[0]?.body).toEqual({ reason: 'Known outage' }),
    )
    await waitFor(() => expect(router.state.location.search).toBe('?state=failed'))
    expect(server.of('POST /api/admin/jobs/{id}/discard')[0]?.headers.get('traceparent')).toMatch(/^00-/)
  })

  it('is empty in words: nothing yet, or nothing that matches', async () => {
    stubApi({ ...routes, 'GET /api/admin/jobs': { items: [], next: null } })
    const { router } = open()
    expect(await screen.findByText('No jobs yet')).toBeInTheDocument()
    await router.navigate('/admin/jobs?state=stuck')
    expect(await screen.findByText('No jobs match')).toBeInTheDocument()
  })

  it('fails part by part: the figures alone, or the list alone', async () => {
    const server = stubApi({
      ...routes,
      'GET /api/admin/jobs/counts': () => problem(403, 'forbidden', { detail: 'Only administrators may.' }),
    })
    const { user } = open()
    expect(await screen.findByText('Only administrators may.')).toBeInTheDocument()
    expect(await screen.findByRole('link', { name: 'Create server' })).toBeInTheDocument()
    server.on('GET /api/admin/jobs/counts', counts)
    await user.click(screen.getByRole('button', { name: 'Retry' }))
    await user.click(screen.getByRole('button', { name: 'Queues' }))
    expect(await screen.findByRole('region', { name: 'Queue provision' })).toBeInTheDocument()
    expect(useUi.getState().queuesOpen).toBe(true)
  })

  it('comes before queues and statistics, which say in a line what has to be known', async () => {
    stubApi(routes)
    open()
    expect(await screen.findByText('Paused: power')).toBeInTheDocument()
    expect(screen.getByText('No worker: mail')).toBeInTheDocument()
    expect(screen.queryByRole('region', { name: 'Queue provision' })).not.toBeInTheDocument()
    expect(screen.queryByRole('figure')).not.toBeInTheDocument()
  })

  it('takes one filter for rows, counts and charts, with a range that moves on with the time', async () => {
    useUi.setState({ statisticsOpen: true })
    const server = stubApi({ ...routes, 'GET /api/admin/jobs/statistics': statistics })
    const { user, router } = open('/admin/jobs?org=org_1&error=boot_failed&state=failed')
    await user.selectOptions(await screen.findByLabelText('Created'), 'Last 24 h')
    expect(router.state.location.search).toBe('?org=org_1&error=boot_failed&state=failed&range=24h')
    await waitFor(() => expect(server.of('GET /api/admin/jobs').at(-1)?.query.get('since')).toBeTruthy())
    const said = (path: string) => Object.fromEntries(server.of(`GET /api/admin/jobs${path}`).at(-1)?.query ?? [])
    const { since } = said('')
    expect(Math.abs(Date.now() - 86_400_000 - Date.parse(since ?? ''))).toBeLessThan(60_000)
    await waitFor(() => expect(said('/statistics')).toEqual({ window: '24h', org: 'org_1', error: 'boot_failed' }))
    expect(screen.queryByRole('group', { name: 'Time span' })).not.toBeInTheDocument()
    const calls = server.of('GET /api/admin/jobs/counts').map((r) => Object.fromEntries(r.query))
    expect(calls.at(-1)).toMatchObject({ org: 'org_1', error: 'boot_failed', state: 'failed' })
  })

  it('takes a time between two moments, and refuses one that ends before it begins', async () => {
    const server = stubApi(routes)
    const { user, router } = open()
    await user.selectOptions(await screen.findByLabelText('Created'), 'Between…')
    const dialog = within(await screen.findByRole('dialog', { name: 'Created between' }))
    fireEvent.change(dialog.getByLabelText('From'), { target: { value: '2026-11-22T10:00' } })
    fireEvent.change(dialog.getByLabelText('Until'), { target: { value: '2026-11-22T09:00' } })
    await user.click(dialog.getByRole('button', { name: 'Show these jobs' }))
    expect(await dialog.findByText('Choose an end after the beginning.')).toBeInTheDocument()
    fireEvent.change(dialog.getByLabelText('Until'), { target: { value: '2026-11-22T12:30' } })
    await user.click(dialog.getByRole('button', { name: 'Show these jobs' }))
    const utc = (at: string) => new Date(at).toISOString()
    await waitFor(() =>
      expect(server.of('GET /api/admin/jobs').at(-1)?.query.get('until')).toBe(utc('2026-11-22T12:30')),
    )
    expect(server.of('GET /api/admin/jobs').at(-1)?.query.get('since')).toBe(utc('2026-11-22T10:00'))
    expect(router.state.location.search).not.toContain('dialog')
    await user.click(screen.getByRole('button', { name: 'Clear filters' }))
    expect(router.state.location.search).toBe('')
  })

  it('stays as it is while it is paused, and says what changed meanwhile', async () => {
    const server = stubApi(routes)
    const { user, client } = open()
    await screen.findByRole('link', { name: 'Create server' })
    await user.click(screen.getByRole('button', { name: 'Pause updates' }))
    const mail = { ...operatorJob, id: 'job_9', kind: 'mail.send', action: null }
    server.on('GET /api/admin/jobs', { items: [mail, { ...operatorJob, attempts: 4 }], next: null })
    await client.invalidateQueries()
    expect(await screen.findByText('Paused, 2 changes since')).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'Send email' })).not.toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Resume updates' }))
    expect(await screen.findByRole('link', { name: 'Send email' })).toBeInTheDocument()
  })

  it('says which job retries which', async () => {
    const item = { ...operatorJob, retry_of: 'job_0000000aaaaaa', taken_up_by: 'job_0000000bbbbbb' }
    stubApi({ ...routes, 'GET /api/admin/jobs': { items: [item], next: null } })
    open()
    expect(await screen.findByRole('link', { name: 'Retried as …bbbbbb' })).toHaveAttribute(
      'href',
      '/admin/jobs/job_0000000bbbbbb',
    )
    expect(screen.getByRole('link', { name: 'Retry of …aaaaaa' })).toBeInTheDocument()
  })

  it('does not call a part of the matches all of them', async () => {
    stubApi({ ...routes, 'GET /api/admin/jobs/counts': { ...counts, matches: { count: 100_000, complete: false } } })
    open('/admin/jobs?state=succeeded')
    expect(await screen.findByText('100,000+')).toBeInTheDocument()
    expect(screen.getByText(/counted among the newest 100,000/)).toBeInTheDocument()
  })
})

describe('the queues', () => {
  beforeEach(() => useUi.setState({ queuesOpen: true }))

  it('show what is due, how long, and how busy', async () => {
    stubApi(routes)
    open()
    const card = within(await screen.findByRole('region', { name: 'Queue provision' }))
    expect(card.getByText('1 min 34 s')).toHaveClass('text-warning')
    expect(card.getByText('of 8')).toBeInTheDocument()
    expect(within(screen.getByRole('region', { name: 'Queue power' })).getByText('Maintenance')).toBeInTheDocument()
    expect(within(screen.getByRole('region', { name: 'Queue mail' })).getByText('No worker')).toBeInTheDocument()
  })

  it('are paused with a reason, which shows at once, and resumed', async () => {
    const server = stubApi({
      ...routes,
      'POST /api/admin/queues/{queue}/pause': queue({ paused: true }),
      'POST /api/admin/queues/{queue}/resume': queue(),
    })
    const { user, router } = open()
    await user.click(await screen.findByRole('button', { name: 'Pause queue provision' }))
    expect(router.state.location.search).toBe('?dialog=pause&of=provision')
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByText(/the 3 running ones continue/)).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Pause queue' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    server.on('GET /api/admin/jobs/counts', {
      ...counts,
      by_queue: [queue({ paused: true, paused_reason: 'Cloud is down' })],
    })
    await user.type(dialog.getByLabelText('Reason'), 'Cloud is down{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/queues/provision/pause')[0]?.body).toEqual({ reason: 'Cloud is down' }),
    )
    expect(await screen.findByText('Cloud is down')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Resume queue provision' }))
    await user.type(within(await screen.findByRole('dialog')).getByLabelText('Reason'), 'It is back{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/queues/provision/resume')[0]?.body).toEqual({ reason: 'It is back' }),
    )
  })

  it('say who paused them and why, and what was last done to the others', async () => {
    const act = (event: string, reason: string) => ({
      id: reason,
      event,
      status: 'info',
      message: '',
      entity_type: 'queue',
      actor: { id: 'user_1', name: 'Avery' },
      reason,
      created_at: '2026-11-22T10:00:00Z',
    })
    stubApi({
      ...routes,
      'GET /api/admin/activity': {
        items: [act('queue.tune', 'A quiet night'), act('queue.pause', 'They asked for it')],
        next: null,
      },
    })
    open()
    const card = async (name: string) => screen.findByRole('region', { name })
    await waitFor(async () =>
      expect(await card('Queue power')).toHaveTextContent('Paused by Avery: “They asked for it”'),
    )
    expect(await card('Queue power')).not.toHaveTextContent('A quiet night')
    expect(await card('Queue provision')).toHaveTextContent('Tuned by Avery: “A quiet night”')
  })

  it('are tuned by what changed alone; a refused limit stands under its field', async () => {
    const server = stubApi({
      ...routes,
      'PATCH /api/admin/queues/{queue}': () =>
        problem(422, 'invalid_request', {
          errors: [{ pointer: '/org_running', detail: 'More than there are slots.' }],
        }),
    })
    const { user } = open('/admin/jobs?dialog=tune&of=provision')
    const dialog = within(await screen.findByRole('dialog'))
    const save = () => user.click(dialog.getByRole('button', { name: 'Save limits' }))
    await user.type(dialog.getByLabelText('Reason'), 'A big customer')
    await save()
    expect(await dialog.findByText('Nothing has been changed yet.')).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('Window'))
    await user.type(dialog.getByLabelText('Window'), '2001')
    await save()
    expect(await dialog.findByText('At most 2000.')).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('Window'))
    await user.type(dialog.getByLabelText('Window'), '1000')
    await user.clear(dialog.getByLabelText('Per organisation'))
    await user.type(dialog.getByLabelText('Per organisation'), '9')
    await save()
    expect(await dialog.findByText('More than there are slots.')).toBeInTheDocument()
    expect(server.of('PATCH /api/admin/queues/provision').map((r) => r.body)).toEqual([
      { org_running: 9, reason: 'A big customer' },
    ])
  })
})
