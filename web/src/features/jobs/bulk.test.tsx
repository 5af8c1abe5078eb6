import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { JobsPage } from '@/features/jobs/pages/jobs-page'
import { admin } from '@/testing/fixtures'
import { counts, jobDetail, operatorCloud, operatorJob } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi, type Seen } from '@/testing/stub-api'

const BULK = 'POST /api/admin/jobs/bulk'
const bulkJob = {
  ...jobDetail,
  id: 'job_bulk',
  kind: 'platform.bulk',
  state: 'running',
  error: null,
  progress: { percent: 40, words: '16 of 41 jobs' },
}
const routes = {
  'GET /api/admin/jobs': { items: [operatorJob], next: null },
  'GET /api/admin/activity': { items: [], next: null },
  'GET /api/admin/jobs/counts': counts,
  'GET /api/admin/clouds': { items: [operatorCloud()] },
  'GET /api/admin/jobs/{id}': bulkJob,
}
interface Body {
  dry_run: boolean
  expected?: number
}
const bodyOf = (r: Seen) => r.body as Body

const open = (at: string) => renderPage(<JobsPage />, { path: '/admin/jobs', at, me: admin })

describe('a bulk action', () => {
  it('is of the rows that are selected, with Shift for a range', async () => {
    const rows = ['job_1', 'job_2', 'job_3', 'job_4'].map((id) => ({
      ...operatorJob,
      id,
      target: { type: 'vps', id: `vps_${id}`, label: `on ${id}` },
    }))
    const server = stubApi({
      ...routes,
      'GET /api/admin/jobs': { items: rows, next: null },
      [BULK]: { count: 2, sample: rows.slice(0, 2), takes: null, job: null },
    })
    const { user, router } = open('/admin/jobs')
    const box = (id: string) => screen.findByRole('checkbox', { name: `Select Create server on ${id}` })
    await user.click(await box('job_1'))
    await user.keyboard('{Shift>}')
    await user.click(await box('job_3'))
    await user.keyboard('{/Shift}')
    const bar = within(screen.getByRole('region', { name: 'Selected jobs' }))
    expect(bar.getByText('3 selected')).toBeInTheDocument()
    expect(bar.queryByRole('button', { name: /^Select all/ })).not.toBeInTheDocument()
    await user.click(bar.getByRole('button', { name: 'Discard…' }))
    expect(router.state.location.search).toBe('?dialog=bulk-discard&of=selected')
    const dialog = within(await screen.findByRole('dialog', { name: 'Discard selected jobs' }))
    expect(await dialog.findByText(/1 other of the selected ones can’t be discarded and stays as it is/)).toBeVisible()
    expect(server.of(BULK)[0]?.body).toEqual({
      action: 'discard',
      filter: { ids: ['job_1', 'job_2', 'job_3'] },
      dry_run: true,
    })
    await user.click(dialog.getByRole('button', { name: 'Leave them as they are' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select all rows on this page' }))
    expect(screen.getByText('4 selected')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Clear selection' }))
    expect(screen.queryByRole('region', { name: 'Selected jobs' })).not.toBeInTheDocument()
  })

  it('is of all that match, where the list is filtered; another filter begins with none selected', async () => {
    stubApi({ ...routes, [BULK]: { count: 312, sample: [operatorJob], takes: null, job: null } })
    const { user, router } = open('/admin/jobs?state=failed')
    expect(await screen.findByText('312')).toBeInTheDocument()
    await user.click(await screen.findByRole('checkbox', { name: 'Select all rows on this page' }))
    await user.click(screen.getByRole('button', { name: 'Select all 312 that match' }))
    expect(screen.getByText('All 312 that match')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Retry…' }))
    expect(router.state.location.search).toBe('?state=failed&dialog=bulk-retry&of=all')
    expect(await screen.findByRole('dialog', { name: 'Retry all jobs that match' })).toBeInTheDocument()
    await router.navigate('/admin/jobs?state=stuck')
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Selected jobs' })).not.toBeInTheDocument())
  })

  it('of a selection that is no longer there asks for nothing', async () => {
    const server = stubApi({ ...routes, [BULK]: { count: 1, sample: [], job: null } })
    open('/admin/jobs?state=failed&dialog=bulk-discard&of=selected')
    await screen.findByRole('link', { name: 'Create server' })
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument()
    expect(server.of(BULK)).toHaveLength(0)
  })

  it('counts first, then takes exactly what was counted, and shows how far it is', async () => {
    const server = stubApi({
      ...routes,
      [BULK]: (r: Seen) =>
        bodyOf(r).dry_run
          ? { count: 41, sample: [operatorJob], takes: { amount: '0.345204', currency: 'USD' }, job: null }
          : { count: 41, sample: [], takes: null, job: bulkJob },
    })
    const { user } = open('/admin/jobs?state=failed&cloud=cloud_1&cursor=abc&dialog=bulk-retry')
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('41 jobs')).toBeInTheDocument()
    expect(dialog.getByText('$0.35').closest('p')).toHaveTextContent('from the wallets of their customers again')
    expect(dialog.getByText('Main cloud')).toBeInTheDocument()
    expect(dialog.getByText('and 40 others')).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Retry 41 jobs' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    expect(server.of(BULK)).toHaveLength(1)
    await user.type(dialog.getByLabelText('Reason'), 'The cloud is back{Enter}')
    expect(await dialog.findByText('16 of 41 jobs')).toBeInTheDocument()
    expect(dialog.getByRole('progressbar', { name: 'Bulk action' })).toHaveAttribute('aria-valuenow', '40')
    expect(dialog.getByRole('link', { name: 'Open the job' })).toHaveAttribute('href', '/admin/jobs/job_bulk')
    const filter = { state: 'failed', cloud: 'cloud_1' }
    expect(server.of(BULK).map((r) => r.body)).toEqual([
      { action: 'retry', filter, dry_run: true },
      { action: 'retry', filter, reason: 'The cloud is back', dry_run: false, expected: 41 },
    ])
  })

  it('counts again when the number changed, keeps the reason, and asks again', async () => {
    let n = 41
    const server = stubApi({
      ...routes,
      [BULK]: (r: Seen) => {
        const { dry_run, expected } = bodyOf(r)
        if (dry_run) return { count: n, sample: [], job: null }
        return expected === 39 ? { count: 39, sample: [], job: bulkJob } : problem(409, 'count_changed')
      },
    })
    const { user } = open('/admin/jobs?state=failed&dialog=bulk-discard')
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(await dialog.findByLabelText('Reason'), 'Known outage')
    n = 39
    await user.click(dialog.getByRole('button', { name: 'Discard 41 jobs' }))
    expect(await dialog.findByText(/Now 39 jobs match/)).toBeInTheDocument()
    expect(dialog.getByLabelText('Reason')).toHaveValue('Known outage')
    await user.click(dialog.getByRole('button', { name: 'Discard 39 jobs' }))
    expect(await dialog.findByText('16 of 41 jobs')).toBeInTheDocument()
    expect(server.of(BULK).map((r) => bodyOf(r).expected)).toEqual([undefined, 41, undefined, 39])
  })

  it('does nothing where nothing matches', async () => {
    stubApi({ ...routes, [BULK]: { count: 0, sample: [], job: null } })
    open('/admin/jobs?state=succeeded&dialog=bulk-cancel')
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('None of the matching jobs can be cancelled.')).toBeInTheDocument()
    expect(dialog.queryByLabelText('Reason')).not.toBeInTheDocument()
  })

  it('says why it cannot count, and tries again', async () => {
    const server = stubApi({
      ...routes,
      [BULK]: () => problem(422, 'invalid_request', { detail: 'Name at least one filter.' }),
    })
    const { user } = open('/admin/jobs?state=failed&dialog=bulk-retry')
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('Name at least one filter.')).toBeInTheDocument()
    server.on(BULK, { count: 1, sample: [operatorJob], job: null })
    await user.click(dialog.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(dialog.getByRole('button', { name: 'Retry 1 job' })).toBeInTheDocument())
  })
})
