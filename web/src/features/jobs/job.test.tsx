import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { JobPage } from '@/features/jobs/pages/job-page'
import { admin } from '@/testing/fixtures'
import { counts, jobDetail, operatorCloud } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const ONE = 'GET /api/admin/jobs/{id}'
const RETRY = 'POST /api/admin/jobs/{id}/retry'
const context = {
  'GET /api/admin/activity': { items: [], next: null },
  'GET /api/admin/jobs/counts': counts,
  'GET /api/admin/clouds': { items: [operatorCloud()] },
}
const show = (over: object = {}, at = '/admin/jobs/job_1') => {
  const server = stubApi({ ...context, [ONE]: { ...jobDetail, ...over } })
  return { server, ...renderPage(<JobPage />, { path: '/admin/jobs/:id', at, me: admin }) }
}

describe('a job', () => {
  it('tells each run with its steps, request and error', async () => {
    show()
    const first = within(await screen.findByRole('region', { name: 'Run 1' }))
    expect(first.getByText('The cloud answered 503')).toBeInTheDocument()
    expect(first.getByText('req_76')).toBeInTheDocument()
    expect(within(screen.getByRole('region', { name: 'Run 2' })).getByText('Machine created')).toBeInTheDocument()
    expect(screen.getByText('req_77')).toBeInTheDocument()
    expect(screen.getByText(/The customer was told: Your server did not start/)).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Cancel job' })).not.toBeInTheDocument()
  })

  it('lists its provider calls with method, path, status, request id and duration', async () => {
    show()
    const [, lost, silent] = within(await screen.findByRole('table', { name: 'Provider calls' })).getAllByRole('row')
    for (const words of ['POST', '/v4/linode/instances', '503', 'req_76', '1.24 s', 'transient'])
      expect(lost).toHaveTextContent(words)
    expect(silent).toHaveTextContent('no answer')
    expect(within(lost as HTMLElement).getByRole('button', { name: 'Copy request ID req_76' })).toBeInTheDocument()
  })

  it('shows arguments, result, trace and what it belongs to', async () => {
    show({ result: { instance: 88 }, retry_of: 'job_0', taken_up_by: 'job_2' })
    expect(await screen.findByLabelText('Arguments', { selector: 'pre' })).toHaveTextContent('"region": "eu-central"')
    expect(screen.getByLabelText('Result, as JSON')).toHaveTextContent('"instance": 88')
    expect(screen.getByRole('button', { name: 'Copy trace ID 4bf92f3577b34da6a3ce929d0e0e4736' })).toBeInTheDocument()
    const to = (name: string) => screen.getAllByRole('link', { name })[0]?.getAttribute('href')
    expect(to('job_0')).toBe('/admin/jobs/job_0')
    expect(to('job_2')).toBe('/admin/jobs/job_2')
    expect(to('Nimbus Labs')).toBe('/admin/customers/org_1')
    expect(to('Main cloud')).toBe('/admin/clouds/cloud_1')
    expect(to('All its jobs')).toBe('/admin/jobs?q=vps_1')
  })

  it('is retried with a reason, and leads to the job that continues it', async () => {
    const next = { ...jobDetail, id: 'job_2', state: 'queued', can_retry: false, error: null, timeline: [] }
    const { server, user, router } = show()
    server.on(ONE, ({ path }) => (path.endsWith('job_2') ? next : jobDetail))
    server.on(RETRY, next)
    await user.click(await screen.findByRole('button', { name: 'Retry' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason (optional)'), 'Region is back')
    await user.click(dialog.getByRole('button', { name: 'Retry job' }))
    await waitFor(() => expect(server.of(RETRY)[0]?.body).toEqual({ reason: 'Region is back' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin/jobs/job_2'))
    expect(await screen.findByText('Queued')).toBeInTheDocument()
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Retry' })).not.toBeInTheDocument()
  })

  it('says that nothing is charged twice where that is so', async () => {
    show({ state: 'stuck', can_retry: true }, '/admin/jobs/job_1?dialog=retry')
    expect(await screen.findByRole('dialog')).toHaveTextContent(
      /no finished step runs twice, and nothing is charged twice/,
    )
  })

  it('shows what administrators did to it, and why', async () => {
    const { server, client } = show()
    server.on('GET /api/admin/activity', ({ query }: { query: URLSearchParams }) => ({
      items:
        query.get('entity_type') === 'job' && query.get('entity_id') === 'job_1'
          ? [
              {
                id: 'act_1',
                event: 'job.retry',
                status: 'info',
                message: '',
                actor: { id: 'user_1', name: 'Avery' },
                reason: 'quota raised',
                created_at: '2026-11-22T10:00:00Z',
              },
            ]
          : [],
      next: null,
    }))
    await client.invalidateQueries()
    expect(await screen.findByText(/“quota raised”/)).toHaveTextContent(/^Retried by Avery: “quota raised”/)
  })

  it('of no order is retried without a word of money', async () => {
    show({ state: 'failed', kind: 'cloud.sync', can_retry: true }, '/admin/jobs/job_1?dialog=retry')
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('A new job does its work again, from the first step.')
    expect(dialog).not.toHaveTextContent(/charged|pays/)
  })

  it('that is done has no steps left, even if some were not needed', async () => {
    show({ state: 'succeeded', error: null })
    const steps = within(await screen.findByRole('region', { name: 'Steps' }))
    expect(steps.getByText('Done; 2 steps were not needed')).toBeInTheDocument()
    expect(steps.getAllByText('Not needed:')).toHaveLength(2)
    expect(screen.queryByText(/2 of 4/)).not.toBeInTheDocument()
  })

  it('says before a retry that it takes the customer’s money again', async () => {
    const { user } = show({ retry_takes: { amount: '0.019178', currency: 'USD' } })
    await user.click(await screen.findByRole('button', { name: 'Retry' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('takes $0.0192, the first hour, from the customer’s wallet again')
    expect(dialog).not.toHaveTextContent('nothing is charged twice')
  })

  it('says why an order without its password is not retried', async () => {
    show({ can_retry: false, password_gone: true })
    expect(await screen.findByText(/They have to order again/)).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Retry' })).not.toBeInTheDocument()
  })

  it('goes back to an earlier step while it is stuck, never to a later one', async () => {
    const { server, user } = show({ state: 'stuck', crashes: 3 })
    server.on(RETRY, { ...jobDetail, state: 'queued' })
    const steps = within(await screen.findByRole('region', { name: 'Steps' }))
    expect(steps.queryByRole('button', { name: 'Retry from step handover' })).not.toBeInTheDocument()
    await user.click(steps.getByRole('button', { name: 'Retry from step create' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Retry from “create”?' }))
    await user.click(dialog.getByRole('button', { name: 'Retry job' }))
    await waitFor(() => expect(server.of(RETRY)[0]?.body).toEqual({ from_step: 1 }))
  })

  it('offers no way back once it ended', async () => {
    show({ state: 'failed' })
    const steps = within(await screen.findByRole('region', { name: 'Steps' }))
    expect(steps.queryByRole('button')).not.toBeInTheDocument()
  })

  it('is not cancelled without a reason, and says why it could not be', async () => {
    const { server, user } = show(
      { state: 'waiting', can_cancel: true, can_retry: false },
      '/admin/jobs/job_1?dialog=cancel',
    )
    server.on('POST /api/admin/jobs/{id}/cancel', () =>
      problem(409, 'busy', { detail: 'The step in progress cannot be stopped.' }),
    )
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Cancel job' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    expect(server.of('POST /api/admin/jobs/{id}/cancel')).toHaveLength(0)
    await user.type(dialog.getByLabelText('Reason'), 'Asked for by phone{Enter}')
    expect(await dialog.findByText('The step in progress cannot be stopped.')).toBeInTheDocument()
    expect(dialog.getByLabelText('Reason')).toHaveValue('Asked for by phone')
  })

  it('that does not exist says so', async () => {
    const { server } = show()
    server.on(ONE, () => problem(404, 'not_found', { detail: 'This job does not exist.' }))
    expect(await screen.findByText('This job does not exist.')).toBeInTheDocument()
  })
})

describe('what happens next', () => {
  const soon = () => new Date(Date.now() + 90_000).toISOString()

  it.each([
    ['running', { lease_owner: 'worker-a:4711' }, /worker-a:4711/],
    [
      'waiting',
      { run_at: soon(), progress: { percent: 60, words: 'The machine is booting' } },
      /It occupies no worker while it waits/,
    ],
    ['retry', { run_at: soon(), attempts: 2 }, /Trying again \(3 of 5\), next in 1 min/],
    ['stuck', { crashes: 3 }, /Workers disappeared 3 times/],
    ['failed', {}, /Retry creates a new job that continues it/],
    ['failed', { taken_up_by: 'job_2' }, /Its work continues in/],
    ['succeeded', { archived: true, error: null }, /is in the archive/],
  ])('is told of a %s one', async (state, over, words) => {
    show({ state, ...over })
    await screen.findByRole('heading', { level: 1 })
    expect(document.body.textContent).toMatch(words)
  })

  it('names everything that holds it up, by whom and why, and leads to the lever', async () => {
    const wait = (why: string, words: string, over: object = {}) => ({ why, words, ...over })
    show({
      state: 'queued',
      error: null,
      started_at: null,
      run_at: '2026-11-22T10:00:00Z',
      waits: [
        wait('queue_paused', 'The queue provision is paused', { by: 'Avery', reason: 'Maintenance' }),
        wait('cloud_paused', 'The cloud Main cloud is paused', { by: 'SkyPanel', reason: 'Token refused' }),
        wait('no_worker', 'No live worker serves the queue provision'),
        wait('org_limit', 'Nimbus Labs has 4 jobs running in the queue provision, which is its limit of 4'),
        wait('backlog', '12 jobs of Nimbus Labs are due before it', { since: '2026-11-22T09:00:00Z' }),
      ],
    })
    const list = within(await screen.findByRole('list', { name: 'Why it does not run' }))
    expect(screen.getByText('Queued, due now')).toBeInTheDocument()
    const words = list.getAllByRole('listitem').map((li) => li.textContent)
    expect(words[0]).toMatch(/^The queue provision is paused by Avery: “Maintenance”/)
    expect(words[1]).toMatch(/^The cloud Main cloud is paused by SkyPanel: “Token refused”/)
    expect(words[4]).toMatch(/due before it, the oldest since 22 Nov 2026/)
    expect(list.getByRole('link', { name: 'Resume' })).toHaveAttribute('href', '/admin/jobs?dialog=resume&of=provision')
    expect(list.getByRole('link', { name: 'Change limits' })).toHaveAttribute(
      'href',
      '/admin/jobs?dialog=tune&of=provision',
    )
  })

  it('says each error once, and puts tries that ended alike in one row', async () => {
    const entry = (attempt: number, error: string) => ({
      at: `2026-11-22T10:0${attempt}:00Z`,
      attempt,
      name: 'run',
      phase: 'failed',
      words: 'Your server is taking longer',
      error,
      provider_request_id: `req_${attempt}`,
    })
    const call = (attempt: number) => ({ ...jobDetail.calls?.[0], attempt, request_id: `req_${attempt}` })
    const { user } = show({
      state: 'retry',
      attempts: 4,
      max_attempts: 8,
      run_at: soon(),
      error: { code: 'UNAVAILABLE', message: 'The cloud answered 503', detail: null, at: '2026-11-22T10:04:00Z' },
      timeline: [entry(1, 'No route to host'), ...[2, 3, 4].map((n) => entry(n, 'The cloud answered 503'))],
      calls: [1, 2, 3, 4].map(call),
    })
    expect(await screen.findByText(/^Trying again \(5 of 8\), next in 1 min/)).toBeInTheDocument()
    const visible = () => document.body.textContent?.split('The cloud answered 503').length
    expect(visible()).toBe(2)
    expect(screen.getByRole('region', { name: 'Run 1' })).toHaveTextContent('No route to host')
    const tries = within(screen.getByRole('region', { name: 'Runs 2 to 4' }))
    expect(tries.getByRole('heading', { level: 3 })).toHaveTextContent(/3 times the same, last \d/)
    expect(tries.getByText('req_4')).toBeVisible()
    expect(tries.getByText('req_2')).not.toBeVisible()
    await user.click(tries.getByText('2 earlier ones'))
    expect(tries.getByText('req_2')).toBeVisible()
    const table = screen.getByRole('table', { name: 'Provider calls' })
    expect(within(table).getAllByRole('row')).toHaveLength(2)
    await user.click(within(table).getByRole('button', { name: /^4 times, last/ }))
    expect(within(table).getAllByRole('row')).toHaveLength(5)
  })

  it('says that its cancellation was requested', async () => {
    show({ state: 'running', cancel_requested: true })
    expect(await screen.findByText(/Cancellation was requested/)).toBeInTheDocument()
  })
})
