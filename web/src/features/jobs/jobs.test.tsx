import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { JobPage } from '@/features/jobs/components/job-page'
import { JobsPage } from '@/features/jobs/components/jobs-page'
import { admin, adminJob } from '@/testing/fixtures'
import { problem, stubApi } from '@/testing/api'
import { renderPage } from '@/testing/render'

const COUNTS = { by_state: { failed: 2, succeeded: 40 }, by_queue: [] }

describe('jobs', () => {
  const open = (at = '/admin/jobs') => renderPage(<JobsPage />, { path: '/admin/jobs', at, me: admin })

  it('shows kind, state, attempts, error, organisation and actor', async () => {
    stubApi({ 'GET /api/admin/jobs': { items: [adminJob], next: null }, 'GET /api/admin/jobs/counts': COUNTS })
    open()
    const row = (await screen.findByRole('link', { name: 'Create server' })).closest('tr')
    for (const words of ['web-1', 'Failed', 'provision', '3 / 5', 'It did not boot', 'Nimbus Labs', 'System']) expect(row).toHaveTextContent(words)
  })

  it('filters by state with counts, by kind and queue, all in the address', async () => {
    const server = stubApi({ 'GET /api/admin/jobs': { items: [adminJob], next: null }, 'GET /api/admin/jobs/counts': COUNTS })
    const { user, router } = open('/admin/jobs?org=org_1')
    await user.click(await screen.findByRole('button', { name: /Failed\s*2/ }))
    await user.selectOptions(screen.getByLabelText('Kind'), 'vps.provision')
    await user.selectOptions(screen.getByLabelText('Queue'), 'provision')
    expect(router.state.location.search).toBe('?org=org_1&state=failed&kind=vps.provision&queue=provision')
    await waitFor(() => expect(Object.fromEntries(server.of('GET /api/admin/jobs').at(-1)?.query ?? [])).toMatchObject({ org: 'org_1', state: 'failed', kind: 'vps.provision', queue: 'provision' }))
    expect(screen.getByRole('button', { name: /Failed\s*2/ })).toHaveAttribute('aria-pressed', 'true')
    await user.click(screen.getByRole('button', { name: /Failed\s*2/ }))
    expect(router.state.location.search).not.toContain('state')
  })
})

describe('a job', () => {
  const open = (at = '/admin/jobs/job_1') => renderPage(<JobPage />, { path: '/admin/jobs/:id', at, me: admin })

  it('tells each run with its steps, request and error', async () => {
    stubApi({ 'GET /api/admin/jobs/{id}': adminJob })
    open()
    const first = within(await screen.findByRole('region', { name: 'Run 1' }))
    expect(first.getByText('The cloud answered 503')).toBeInTheDocument()
    expect(first.getByText('req_76')).toBeInTheDocument()
    expect(within(screen.getByRole('region', { name: 'Run 2' })).getByText('Machine created')).toBeInTheDocument()
    expect(screen.getByText('req_77')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Cancel job' })).not.toBeInTheDocument()
  })

  it('is retried with a reason, and leads to the job that takes it up', async () => {
    const next = { ...adminJob, id: 'job_2', state: 'queued', can_retry: false, error: null, timeline: [] }
    const server = stubApi({ 'GET /api/admin/jobs/{id}': ({ path }: { path: string }) => (path.endsWith('job_2') ? next : adminJob), 'POST /api/admin/jobs/{id}/retry': next })
    const { user, router } = open()
    await user.click(await screen.findByRole('button', { name: 'Retry' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason (optional)'), 'Region is back')
    await user.click(dialog.getByRole('button', { name: 'Retry job' }))
    await waitFor(() => expect(server.of('POST /api/admin/jobs/{id}/retry')[0]?.body).toEqual({ reason: 'Region is back' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin/jobs/job_2'))
    expect(await screen.findByText('Queued')).toBeInTheDocument()
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Retry' })).not.toBeInTheDocument()
  })

  it('is not cancelled without a reason, and says why it could not be', async () => {
    const server = stubApi({
      'GET /api/admin/jobs/{id}': { ...adminJob, state: 'waiting', can_cancel: true, can_retry: false },
      'POST /api/admin/jobs/{id}/cancel': () => problem(409, 'busy', { detail: 'The step under way cannot be stopped.' }),
    })
    const { user } = open('/admin/jobs/job_1?dialog=cancel')
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Cancel job' }))
    expect(await dialog.findByText('Say in a few words why.')).toBeInTheDocument()
    expect(server.of('POST /api/admin/jobs/{id}/cancel')).toHaveLength(0)
    await user.type(dialog.getByLabelText('Reason'), 'Asked for by phone{Enter}')
    expect(await dialog.findByText('The step under way cannot be stopped.')).toBeInTheDocument()
    expect(dialog.getByLabelText('Reason')).toHaveValue('Asked for by phone')
  })
})
