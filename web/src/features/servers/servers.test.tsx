import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { AdminVpsListPage } from '@/features/servers/pages/admin-vps-list-page'
import { AdminVpsPage } from '@/features/servers/pages/admin-vps-page'
import { admin, adminJob, adminVps, cloud, customer, usd } from '@/testing/fixtures'
import { act } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const LIST = 'GET /api/admin/vps'
const routes = {
  [LIST]: { items: [{ ...adminVps, owed: usd('3.120000') }], next: null },
  'GET /api/admin/clouds': { items: [cloud] },
  'GET /api/admin/clouds/{id}/catalog': { types: [], regions: [], images: [] },
  'GET /api/plans': { items: [] },
  'GET /api/admin/customers': { items: [customer], next: null },
}
const show = (at = '/admin/servers') => {
  const server = stubApi(routes)
  return { server, ...renderPage(<AdminVpsListPage />, { path: '/admin/servers', at, me: admin }) }
}

it('lists servers of all with whose they are and what is owed', async () => {
  show()
  const row = (await screen.findByRole('link', { name: 'web-1' })).closest('tr') as HTMLElement
  for (const words of ['Nimbus Labs', 'Running', '203.0.113.7', 'Nano', 'Main cloud', '$0.0082', '−$3.12'])
    expect(row).toHaveTextContent(words)
  expect(within(row).getByRole('link', { name: 'web-1' })).toHaveAttribute('href', '/admin/servers/vps_1')
})

it('orders by a head, once its own way and then the other, in the address', async () => {
  const { server, user, router } = show('/admin/servers?cursor=x')
  const price = await screen.findByRole('columnheader', { name: 'Per hour' })
  expect(screen.getByRole('columnheader', { name: 'Age' })).toHaveAttribute('aria-sort', 'descending')
  await user.click(within(price).getByRole('button'))
  await waitFor(() => expect(price).toHaveAttribute('aria-sort', 'descending'))
  expect(router.state.location.search).toBe('?sort=price&order=desc')
  await user.click(within(price).getByRole('button'))
  await waitFor(() => expect(price).toHaveAttribute('aria-sort', 'ascending'))
  await waitFor(() =>
    expect(Object.fromEntries(server.of(LIST).at(-1)?.query ?? [])).toEqual({
      limit: '50',
      sort: 'price',
      order: 'asc',
    }),
  )
  await user.click(within(screen.getByRole('columnheader', { name: 'Age' })).getByRole('button'))
  await waitFor(() => expect(router.state.location.search).toBe(''))
})

it('narrows by status, and leaves out what an address says and no filter knows', async () => {
  const { server, user, router } = show('/admin/servers?status=odd&cloud=x&sort=size')
  await screen.findByRole('link', { name: 'web-1' })
  expect(Object.fromEntries(server.of(LIST)[0]?.query ?? [])).toEqual({ limit: '50' })
  await user.selectOptions(screen.getByLabelText('Status'), 'stopped')
  await waitFor(() => expect(server.of(LIST).at(-1)?.query.get('status')).toBe('stopped'))
  await user.click(screen.getByRole('button', { name: 'Clear filters' }))
  await waitFor(() => expect(router.state.location.search).not.toContain('status'))
})

it('shows one with its money, its jobs and what was done to it, and nothing to switch it with', async () => {
  stubApi({
    'GET /api/admin/vps/{id}': adminVps,
    'GET /api/admin/jobs': { items: [adminJob], next: null },
    'GET /api/admin/activity': { items: [act()], next: null },
  })
  renderPage(<AdminVpsPage />, { path: '/admin/servers/:id', at: '/admin/servers/vps_1', me: admin })
  expect(await screen.findByRole('heading', { name: 'web-1', level: 1 })).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Nimbus Labs' })).toHaveAttribute('href', '/admin/customers/org_1')
  for (const words of ['4711', '$14.1400', 'g6-nanode-1', '$5.00']) expect(screen.getByText(words)).toBeInTheDocument()
  expect(await screen.findByText(/Retried by/)).toHaveTextContent('“quota raised”')
  expect(screen.queryByRole('button', { name: /reboot|shut down|delete/i })).not.toBeInTheDocument()
})

it('says when there is none of this id', async () => {
  stubApi({ 'GET /api/admin/vps/{id}': () => problem(404, 'not_found') })
  renderPage(<AdminVpsPage />, { path: '/admin/servers/:id', at: '/admin/servers/vps_9', me: admin })
  expect(await screen.findByRole('alert')).toHaveTextContent('Refused: not_found.')
})
