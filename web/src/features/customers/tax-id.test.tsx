import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { CustomerPage } from '@/features/customers/pages/customer-page'
import type { BillingVersion, TaxNumber } from '@/lib/api/types'
import { admin, customer } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const CONFIRM = 'PUT /api/admin/customers/{org}/tax-id'
const READ = 'GET /api/admin/customers/{org}/tax-id'
const HISTORY = 'GET /api/admin/customers/{org}/billing/history'

const confirmed: TaxNumber = {
  tax_id: 'DE136695976',
  state: 'confirmed',
  last: {
    confirmed: { tax_id: 'DE136695976', reference: 'VIES WAPIAAAAX1', confirmed_on: '2026-11-20' },
    by: { id: 'user_9', name: 'Grace' },
    noted_at: '2026-11-21T10:00:00Z',
  },
}
const routes = {
  'GET /api/admin/customers/{org}': customer,
  'GET /api/admin/customers/{org}/statement': { items: [], next: null },
  'GET /api/admin/activity': { items: [], next: null },
  'GET /api/admin/billing/credits': { items: [], next: null },
  [HISTORY]: { items: [], next: null },
  [READ]: { tax_id: 'DE136695976', state: 'format_ok', last: null },
}
const page = { path: '/admin/customers/:id', at: '/admin/customers/org_1?tab=money', me: admin }
const card = (name: string) => within(screen.getByRole('region', { name }))

it('a VAT ID is confirmed with the day and a note, and the page reads it back', async () => {
  const server = stubApi({ ...routes, [CONFIRM]: () => problem(409, 'tax_id_missing') })
  const { user } = renderPage(<CustomerPage />, page)
  expect(await screen.findByText('It has the form of its country, and was not confirmed')).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Confirm it' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Confirm the VAT ID' }))
  const day = dialog.getByLabelText('Day of the answer')
  await user.clear(day)
  await user.type(day, '2099-01-01')
  await user.click(dialog.getByRole('button', { name: 'Confirm' }))
  expect(await dialog.findByText('Choose a day that has come.')).toBeInTheDocument()
  expect(dialog.getByText('Write what the answer says.')).toBeInTheDocument()
  await user.clear(day)
  await user.type(day, '2026-11-20')
  await user.type(dialog.getByLabelText('Note'), 'VIES WAPIAAAAX1')
  await user.click(dialog.getByRole('button', { name: 'Confirm' }))
  expect(await dialog.findByText(/tax_id_missing/)).toBeInTheDocument()
  server.on(CONFIRM, { tax_id: 'DE136695976', reference: 'VIES WAPIAAAAX1', confirmed_on: '2026-11-20' })
  server.on(READ, confirmed)
  await user.click(dialog.getByRole('button', { name: 'Confirm' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  expect(server.of(CONFIRM).at(-1)?.body).toEqual({ confirmed_on: '2026-11-20', reference: 'VIES WAPIAAAAX1' })
  for (const words of ['VIES WAPIAAAAX1', '2026-11-20', 'Grace'])
    expect(await card('VAT ID').findByText(words)).toBeInTheDocument()
})

it('says when what was confirmed is another number', async () => {
  stubApi({ ...routes, [READ]: { ...confirmed, tax_id: 'DE811907980', state: 'format_ok' } })
  renderPage(<CustomerPage />, page)
  expect(await screen.findByText('DE136695976, not the present one')).toBeInTheDocument()
})

it('shows each change of the billing details, with who made it and when', async () => {
  const version: BillingVersion = {
    id: '2',
    changed_at: '2026-11-20T10:00:00Z',
    until: null,
    by: { id: 'user_1', name: 'Ada' },
    changed: ['city', 'website'],
    city: 'Paris',
    website: null,
    country: 'FR',
    documents: 1,
  }
  const older: BillingVersion = { ...version, id: '1', by: null, until: version.changed_at, changed: ['country'] }
  const server = stubApi({
    ...routes,
    [HISTORY]: ({ query }: { query: URLSearchParams }) =>
      query.get('cursor') ? { items: [older], next: null } : { items: [version], next: 'more' },
  })
  const { user } = renderPage(<CustomerPage />, page)
  const list = within(await screen.findByRole('list', { name: 'Changes' }))
  const first = within(list.getAllByRole('listitem')[0] as HTMLElement)
  expect(first.getByRole('link', { name: 'Ada' })).toHaveAttribute('href', '/admin/users/user_1')
  expect(first.getByText('Paris')).toBeInTheDocument()
  expect(first.getByText('removed')).toBeInTheDocument()
  expect(first.queryByText('FR')).not.toBeInTheDocument()
  await user.click(card('History of these details').getByRole('button', { name: 'Show older' }))
  expect(await list.findByText('FR')).toBeInTheDocument()
  expect(server.of(HISTORY)).toHaveLength(2)
})
