import { screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TimePlotProps } from '@/components/time-chart'
import { StatisticsPanel } from '@/features/jobs/components/statistics-panel'
import { useUi } from '@/stores/ui'
import { admin } from '@/testing/fixtures'
import { statistics } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

// jsdom has no canvas; what is drawn is checked in a browser.
vi.mock('@/components/time-plot', () => ({
  TimePlot: ({ label, onMoment }: TimePlotProps) => (
    <button type="button" onClick={() => onMoment(1)}>
      crosshair of {label}
    </button>
  ),
}))

const ROUTE = 'GET /api/admin/jobs/statistics'
beforeEach(() => useUi.setState({ statisticsOpen: true }))
afterEach(() => useUi.setState({ statisticsOpen: false }))
const open = (at = '/') => renderPage(<StatisticsPanel />, { path: '/', at, me: admin })

describe('statistics', () => {
  it('show the whole window, and a moment’s exact figures under the crosshair', async () => {
    stubApi({ [ROUTE]: statistics })
    const { user } = open()
    const chart = within(await screen.findByRole('figure', { name: 'Jobs per min' }))
    expect(chart.getByText('1,200')).toBeInTheDocument()
    await user.click(await chart.findByRole('button', { name: 'crosshair of Jobs per min' }))
    expect(chart.getByText('23')).toBeInTheDocument()
    expect(within(screen.getByRole('figure', { name: 'Run time' })).getByText('48.0 s')).toBeInTheDocument()
  })

  it('are a table too, newest first, with a dash where there is no figure', async () => {
    stubApi({ [ROUTE]: statistics })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Run time as a table' }))
    const [, first, second] = within(screen.getByRole('table', { name: 'Run time' })).getAllByRole('row')
    expect(first).toHaveTextContent(/1\.40 s12\.0 s—/)
    expect(second).toHaveTextContent('48.0 s')
  })

  it('follow the window and the list’s filters', async () => {
    const server = stubApi({ [ROUTE]: statistics })
    const { user, router } = open('/?kind=mail.send&cloud=cloud_1&state=failed')
    await user.click(await screen.findByRole('button', { name: '24 h' }))
    expect(router.state.location.search).toContain('window=24h')
    await waitFor(() =>
      expect(Object.fromEntries(server.of(ROUTE).at(-1)?.query ?? [])).toEqual({
        window: '24h',
        kind: 'mail.send',
        cloud: 'cloud_1',
      }),
    )
  })

  it('say how often each kind and cloud fails, and lead to it', async () => {
    stubApi({ [ROUTE]: statistics })
    const { user, router } = open()
    await user.click(await screen.findByRole('tab', { name: 'By kind' }))
    const row = (await screen.findByRole('button', { name: 'Only kind Create server' })).closest('tr')
    expect(row).toHaveTextContent('24 %')
    await user.click(screen.getByRole('tab', { name: 'By cloud' }))
    expect((await screen.findByRole('button', { name: 'Only cloud Main cloud' })).closest('tr')).toHaveTextContent(
      '< 0.1 %',
    )
    await user.click(screen.getByRole('button', { name: 'Only cloud Main cloud' }))
    expect(router.state.location.search).toContain('cloud=cloud_1')
  })

  it('ask for nothing while they are closed, and remember that', async () => {
    const server = stubApi({ [ROUTE]: statistics })
    const { user } = open()
    await screen.findByRole('figure', { name: 'Jobs per min' })
    await user.click(screen.getByRole('button', { name: 'Statistics' }))
    expect(screen.queryByRole('figure')).not.toBeInTheDocument()
    expect(useUi.getState().statisticsOpen).toBe(false)
    expect(server.of(ROUTE)).toHaveLength(1)
  })

  it('fail alone', async () => {
    stubApi({ [ROUTE]: () => problem(403, 'forbidden', { detail: 'Only administrators may.' }) })
    open()
    expect(await screen.findByText('Only administrators may.')).toBeInTheDocument()
  })

  it('say when there are none', async () => {
    stubApi({ [ROUTE]: { ...statistics, series: [], by_kind: [], by_cloud: [] } })
    open()
    expect(await screen.findByText('No jobs ended in this period.')).toBeInTheDocument()
  })
})
