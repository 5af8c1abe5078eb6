import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { CustomerPage } from '@/features/customers/pages/customer-page'
import { admin, customer } from '@/testing/fixtures'
import { act } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const CONFIRM = 'PUT /api/admin/customers/{org}/tax-id'
const noted = act({
  id: '77',
  event: 'billing.tax_id',
  message: 'A VAT ID was confirmed',
  entity_type: 'org',
  entity_id: 'org_1',
  reason: null,
})

it('a VAT ID is confirmed with the day and a note, and the page says so', async () => {
  const server = stubApi({
    'GET /api/admin/customers/{org}': customer,
    'GET /api/admin/customers/{org}/statement': { items: [], next: null },
    'GET /api/admin/activity': ({ query }: { query: URLSearchParams }) => ({
      items: query.get('event') === 'billing.tax_id' && server.of(CONFIRM).length > 1 ? [noted] : [],
      next: null,
    }),
    [CONFIRM]: () => problem(409, 'tax_id_missing'),
  })
  const { user } = renderPage(<CustomerPage />, {
    path: '/admin/customers/:id',
    at: '/admin/customers/org_1?tab=money',
    me: admin,
  })
  expect(await screen.findByText('No VAT ID of this customer was confirmed.')).toBeInTheDocument()
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
  await user.click(dialog.getByRole('button', { name: 'Confirm' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  expect(server.of(CONFIRM).at(-1)?.body).toEqual({ confirmed_on: '2026-11-20', reference: 'VIES WAPIAAAAX1' })
  const card = within(screen.getByRole('region', { name: 'VAT ID' }))
  expect(await card.findByText('DE136695976')).toBeInTheDocument()
  expect(await card.findByText(/A VAT ID was confirmed by/)).toBeInTheDocument()
})
