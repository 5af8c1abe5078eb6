import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { OverviewPage } from '@/features/overview/pages/overview-page'
import { admin, overview } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

it('shows money and servers, and leads to the lists behind them', async () => {
  stubApi({ 'GET /api/admin/overview': overview })
  renderPage(<OverviewPage />, { me: admin })
  expect(await screen.findByText('$12.80')).toBeInTheDocument()
  expect(screen.getByText('2 jobs need attention')).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Open jobs' })).toHaveAttribute('href', '/admin/jobs?attention=true')
  expect(screen.getByRole('link', { name: /Succeeded\s*40/ })).toHaveAttribute('href', '/admin/jobs?state=succeeded')
  expect(screen.getByRole('link', { name: /Main cloud/ })).toHaveAttribute('href', '/admin/clouds/cloud_1')
  expect(screen.getByText('1 min 30 s')).toBeInTheDocument()
})

it('tells of a paused queue, why, and how to resume it', async () => {
  stubApi({
    'GET /api/admin/overview': {
      ...overview,
      queues: overview.queues.map((q) => ({ ...q, paused: true, paused_reason: 'Maintenance at night' })),
    },
  })
  renderPage(<OverviewPage />, { me: admin })
  expect(await screen.findByText('Queue provision is paused')).toBeInTheDocument()
  expect(screen.getByText('Maintenance at night')).toBeInTheDocument()
  expect(screen.getByText(/2 jobs wait in it, and none begins until it is resumed/)).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Resume' })).toHaveAttribute(
    'href',
    '/admin/jobs?queue=provision&dialog=resume&of=provision',
  )
  expect(within(screen.getByRole('table', { name: 'Queues' })).getByText('Paused')).toBeInTheDocument()
})

it('warns of a cloud that refuses, and is silent when all is well', async () => {
  const server = stubApi({
    'GET /api/admin/overview': {
      ...overview,
      attention: 0,
      clouds: [{ id: 'cloud_2', name: 'EU', status: 'invalid', needs_decision: true }],
    },
  })
  const { client } = renderPage(<OverviewPage />, { me: admin })
  expect(await screen.findByText('EU refuses its token')).toBeInTheDocument()
  server.on('GET /api/admin/overview', { ...overview, attention: 0 })
  await client.invalidateQueries()
  await screen.findByText('Connected')
  expect(screen.queryByText(/refuses|need attention/)).not.toBeInTheDocument()
})
