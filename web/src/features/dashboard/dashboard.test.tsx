import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { DashboardPage } from '@/features/dashboard/pages/dashboard-page'
import { reader, usd, vps, wallet } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const stub = (servers: unknown[], over = {}) =>
  stubApi({
    'GET /api/wallet': { ...wallet, ...over },
    'GET /api/vps': { items: servers, next: null },
    'GET /api/activity': { items: [], next: null },
  })
const steps = async () => within(await screen.findByRole('region', { name: 'Three steps to your first server' }))

it('leads from an empty wallet to credit, and offers nothing that does not exist', async () => {
  stub([], { balance: usd('0.000000'), runway_s: null })
  renderPage(<DashboardPage />)
  const list = await steps()
  expect(list.getAllByRole('heading', { level: 3 }).map((h) => h.textContent)).toEqual([
    'Add credit',
    'Create a server',
    'Connect by SSH',
  ])
  expect(list.getByRole('link', { name: 'Ask for credit' })).toHaveAttribute(
    'href',
    expect.stringContaining('mailto:help@nimbus.example'),
  )
  // The button stands at the step that comes next, as soon as it can be taken.
  expect(screen.queryByRole('link', { name: 'Create server' })).not.toBeInTheDocument()
})

it('leads from credit to a server', async () => {
  stub([])
  renderPage(<DashboardPage />)
  const list = await steps()
  expect(list.getByText('$42.18')).toBeInTheDocument()
  expect(list.getByRole('link', { name: 'Create server' })).toHaveAttribute('href', '/o/org_1/servers/new')
  expect(list.queryByRole('link', { name: 'Ask for credit' })).not.toBeInTheDocument()
})

it('has no button for a reader', async () => {
  stub([])
  renderPage(<DashboardPage />, { me: reader })
  await steps()
  expect(screen.queryByRole('link', { name: 'Create server' })).not.toBeInTheDocument()
})

it('is about the servers once there are some', async () => {
  stub([vps], { owed: usd('50.000000') })
  renderPage(<DashboardPage />)
  expect(await screen.findByText('web-1')).toBeInTheDocument()
  expect(await screen.findByText('−$7.82')).toBeInTheDocument()
  expect(screen.queryByText('Three steps to your first server')).not.toBeInTheDocument()
})
