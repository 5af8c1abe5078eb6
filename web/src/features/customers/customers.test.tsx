import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CustomerPage } from '@/features/customers/pages/customer-page'
import { CustomersPage } from '@/features/customers/pages/customers-page'
import { admin, customer, entry, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, silence, stubApi } from '@/testing/stub-api'

it('lists customers with money and servers', async () => {
  stubApi({ 'GET /api/admin/customers': { items: [{ ...customer, owed: usd('3.120000') }], next: null } })
  renderPage(<CustomersPage />, { path: '/admin/customers', me: admin })
  const row = (await screen.findByRole('link', { name: 'Nimbus Labs' })).closest('tr')
  for (const words of ['ada@nimbus.example', '$39.06', '−$3.12', '$0.0192']) expect(row).toHaveTextContent(words)
})

describe('credit', () => {
  const routes = {
    'GET /api/admin/customers/{org}': customer,
    'GET /api/admin/customers/{org}/statement': { items: [], next: null },
  }
  const open = () =>
    renderPage(<CustomerPage />, {
      path: '/admin/customers/:id',
      at: '/admin/customers/org_1?dialog=credit',
      me: admin,
    })

  it('is given as an exact string, with a reason and a key', async () => {
    const server = stubApi({
      ...routes,
      'POST /api/admin/customers/{org}/credit': { entry: entry(), balance: usd('67.684213') },
    })
    const { user, router } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Amount in USD'), '25.5')
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    await user.click(dialog.getByRole('button', { name: 'Add credit' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
    const [request] = server.of('POST /api/admin/customers/{org}/credit')
    expect(request?.body).toEqual({ amount: { amount: '25.500000', currency: 'USD' }, reason: 'Welcome' })
    expect(request?.headers.get('idempotency-key')).toMatch(/.{8,}/)
  })

  it.each([
    ['0', 'Enter an amount above zero.'],
    ['-5', 'Enter an amount such as 25 or 25.50.'],
    ['abc', 'Enter an amount such as 25 or 25.50.'],
  ])('refuses %j', async (amount, words) => {
    const server = stubApi(routes)
    const { user } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Amount in USD'), amount)
    await user.click(dialog.getByRole('button', { name: 'Add credit' }))
    expect(await dialog.findByText(words)).toBeInTheDocument()
    expect(dialog.getByText('Give a short reason.')).toBeInTheDocument()
    expect(server.of('POST /api/admin/customers/{org}/credit')).toHaveLength(0)
  })

  it('whose answer was lost is repeated under the same key; a refused one is not', async () => {
    const server = stubApi({ ...routes, 'POST /api/admin/customers/{org}/credit': silence })
    const { user } = open()
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: '$10.00' }))
    await user.type(dialog.getByLabelText('Reason'), 'Welcome')
    const send = () => user.click(dialog.getByRole('button', { name: 'Add credit' }))
    await send()
    expect(await dialog.findByText(/never added twice/)).toBeInTheDocument()
    server.on('POST /api/admin/customers/{org}/credit', () =>
      problem(400, 'invalid_request', { errors: [{ pointer: '/amount/amount', detail: 'Too much at once.' }] }),
    )
    await send()
    expect(await dialog.findByText('Too much at once.')).toBeInTheDocument()
    await send()
    await waitFor(() => expect(server.of('POST /api/admin/customers/{org}/credit')).toHaveLength(3))
    const keys = server.of('POST /api/admin/customers/{org}/credit').map((r) => r.headers.get('idempotency-key'))
    expect(keys[0]).toBe(keys[1])
    expect(keys[1]).not.toBe(keys[2])
  })
})
