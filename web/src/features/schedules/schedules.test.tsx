import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { SchedulesPage } from '@/features/schedules/pages/schedules-page'
import { admin, usd } from '@/testing/fixtures'
import { operatorJob, schedule } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi, type Seen } from '@/testing/stub-api'

const LIST = 'GET /api/admin/schedules'
const PREVIEW = 'POST /api/admin/schedules/preview'
const CHANGE = 'PATCH /api/admin/schedules/billing.hourly'
const next = ['01', '02', '03', '04', '05'].map((h) => `2026-11-23T${h}:00:00Z`)
const badCron = () =>
  problem(422, 'invalid_request', { errors: [{ pointer: '/cron', detail: 'It never fires: February has no 30th.' }] })

const show = (items: object[] = [schedule()], at = '/admin/schedules') => {
  const server = stubApi({
    [LIST]: { items },
    [PREVIEW]: (r: Seen) => ((r.body as { cron: string }).cron.includes('30 2') ? badCron() : { next }),
  })
  return { server, ...renderPage(<SchedulesPage />, { path: '/admin/schedules', at, me: admin }) }
}

describe('schedules', () => {
  it('say when in words, what comes next, and how the last one went', async () => {
    show([
      schedule(),
      schedule({
        name: 'platform.tidy',
        cron: '17 3 * * *',
        paused: true,
        paused_reason: 'Disk is full',
        last_job: null,
        next_tick: null,
      }),
      schedule({ name: 'cloud.reconcile', job_kind: 'cloud.reconcile', cron: '*/5 * * * *', next_tick: null }),
    ])
    const row = (await screen.findByRole('button', { name: 'History of billing.hourly' })).closest('tr')
    for (const words of ['every hour, on the hour', '0 * * * *', '22 Nov 2099, 11:00:00 UTC', 'Succeeded', '3 d'])
      expect(row).toHaveTextContent(words)
    const paused = screen.getByRole('button', { name: 'History of platform.tidy' }).closest('tr')
    for (const words of ['at 03:17 every day', 'Paused', 'Disk is full']) expect(paused).toHaveTextContent(words)
    const unseen = screen.getByRole('button', { name: 'History of cloud.reconcile' }).closest('tr')
    for (const words of ['Reconcile cloud', 'every 5 minutes', 'not known yet']) expect(unseen).toHaveTextContent(words)
  })

  it('show what the hourly billing charged', async () => {
    const run = {
      id: 'job_1',
      tick: '2026-11-22T10:00:00Z',
      started_at: '2026-11-22T10:00:01Z',
      ended_at: '2026-11-22T10:00:04Z',
      seconds: 3,
      chunks: 2,
      chunks_done: 2,
      chunks_failed: 0,
      organisations: 30,
      charged: 27,
      skipped: 3,
      in_debt: 4,
      failed: 0,
      servers: 90,
      rows: 81,
      amount: usd('1.500000'),
    }
    const { server } = show()
    server.on('GET /api/admin/billing/runs', {
      items: [run, { ...run, id: 'job_2', chunks_done: 1, chunks_failed: 1, ended_at: null, failed: 15 }],
      next: null,
    })
    const table = within(await screen.findByRole('table', { name: 'Hourly billing' }))
    const [, done, failed] = table.getAllByRole('row')
    for (const words of ['Done', '27', '81', '$1.50']) expect(done).toHaveTextContent(words)
    expect(failed).toHaveTextContent('Needs attention')
  })

  it('run now with a reason, and lead to the job', async () => {
    const { server, user, router } = show()
    server.on('POST /api/admin/schedules/billing.hourly/run', { job: { ...operatorJob, id: 'job_now' } })
    await user.click(await screen.findByRole('button', { name: 'Run billing.hourly now' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Reason'), 'Month end{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin/jobs/job_now'))
    expect(server.of('POST /api/admin/schedules/billing.hourly/run')[0]?.body).toEqual({ reason: 'Month end' })
  })

  it('are paused and resumed with a reason', async () => {
    const { server, user } = show()
    server.on(CHANGE, schedule({ paused: true }))
    await user.click(await screen.findByRole('button', { name: 'Actions for billing.hourly' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Pause…' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByText(/within the last 3 d are caught up/)).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Reason'), 'Prices change{Enter}')
    await waitFor(() => expect(server.of(CHANGE)[0]?.body).toEqual({ paused: true, reason: 'Prices change' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })

  it('are edited with a preview by the scheduler’s own reading', async () => {
    const { server, user } = show([schedule()], '/admin/schedules?dialog=edit&of=billing.hourly')
    server.on(CHANGE, schedule())
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByLabelText('Catch-up window')).toHaveValue('3')
    expect(dialog.getByLabelText('Unit')).toHaveValue('86400')
    const cron = dialog.getByLabelText('Cron expression')
    await user.clear(cron)
    await user.type(cron, '*/5 * * * *')
    const preview = within(dialog.getByRole('region', { name: 'Next ticks' }))
    expect(await preview.findByText('every 5 minutes, UTC')).toBeInTheDocument()
    expect(await preview.findByText('23 Nov 2026, 05:00:00 UTC')).toBeInTheDocument()
    await waitFor(() => expect(server.of(PREVIEW).at(-1)?.body).toEqual({ cron: '*/5 * * * *' }))
    await user.selectOptions(dialog.getByLabelText('Unit'), 'hours')
    await user.type(dialog.getByLabelText('Reason'), 'Finer steps{Enter}')
    await waitFor(() =>
      expect(server.of(CHANGE)[0]?.body).toEqual({ cron: '*/5 * * * *', catch_up_s: 10_800, reason: 'Finer steps' }),
    )
  })

  it('refuse an expression that never fires, in the preview and under the field', async () => {
    const { server, user } = show([schedule()], '/admin/schedules?dialog=edit&of=billing.hourly')
    server.on(CHANGE, badCron)
    const dialog = within(await screen.findByRole('dialog'))
    const cron = dialog.getByLabelText('Cron expression')
    await user.clear(cron)
    await user.type(cron, '0 0 30 2 *')
    expect(await dialog.findByText('It never fires: February has no 30th.')).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Reason'), 'Try{Enter}')
    await waitFor(() => expect(cron).toHaveAccessibleDescription(/It never fires/))
    expect(cron).toHaveValue('0 0 30 2 *')
    expect(cron).toBeInvalid()
  })

  it('keep a history of ticks with their jobs', async () => {
    const tick = (h: string, over = {}) => ({
      tick_at: `2026-11-22T${h}:00:00Z`,
      made_at: `2026-11-22T${h}:00:01Z`,
      manual: false,
      job: { id: `job_${h}`, state: 'succeeded', finished_at: null },
      ...over,
    })
    const { server, user } = show()
    server.on('GET /api/admin/schedules/billing.hourly/ticks', (r: Seen) =>
      r.query.get('cursor')
        ? { items: [tick('07', { job: null })], next: null }
        : {
            items: [tick('10', { manual: true }), tick('09', { made_at: '2026-11-22T11:00:00Z' }), tick('08')],
            next: 'more',
          },
    )
    await user.click(await screen.findByRole('button', { name: 'History of billing.hourly' }))
    const sheet = within(await screen.findByRole('dialog'))
    expect((await sheet.findByText('22 Nov 2026, 10:00:00 UTC')).closest('li')).toHaveTextContent('manual')
    expect(sheet.getByText('22 Nov 2026, 09:00:00 UTC').closest('li')).toHaveTextContent('caught up 2 h late')
    expect(
      within(sheet.getByText('22 Nov 2026, 08:00:00 UTC').closest('li') as HTMLElement).getByRole('link'),
    ).toHaveAttribute('href', '/admin/jobs/job_08')
    await user.click(sheet.getByRole('button', { name: 'Show older' }))
    expect((await sheet.findByText('22 Nov 2026, 07:00:00 UTC')).closest('li')).toHaveTextContent(
      'job no longer stored',
    )
  })

  it('are none yet, or cannot be read', async () => {
    const { server, client } = show([])
    expect(await screen.findByText('Nothing is scheduled')).toBeInTheDocument()
    server.on(LIST, () => problem(403, 'forbidden', { detail: 'Only administrators may.' }))
    await client.resetQueries()
    expect(await screen.findByText('Only administrators may.')).toBeInTheDocument()
  })
})
