import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CustomerPage } from '@/features/customers/pages/customer-page'
import type { CustomerPrice } from '@/lib/api/types'
import { admin, adminPlan, customer, usd } from '@/testing/fixtures'
import { priceMove } from '@/testing/operator-fixtures'
import { changesOf, priceQuote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const price = (over: Partial<CustomerPrice>): CustomerPrice => ({
  id: 'override_1',
  plan_id: null,
  plan_name: null,
  monthly: null,
  discount_bp: 1250,
  from: '2026-11-01T10:00:00Z',
  until: null,
  created_at: '2026-11-01T10:00:00Z',
  ...over,
})
const PRICES = '/api/admin/customers/{org}/prices'
const routes = {
  'GET /api/admin/customers/{org}': customer,
  'GET /api/admin/plans': { items: [adminPlan] },
  'GET /api/admin/price-moves': { items: [], next: null },
  'GET /api/admin/customers/{org}/funds': { funds_end: 'continue', ladder_hours: 168 },
  [`GET ${PRICES}`]: { items: [] },
}
const open = (search = '') =>
  renderPage(<CustomerPage />, {
    path: '/admin/customers/:id',
    at: `/admin/customers/org_1?tab=prices${search}`,
    me: admin,
  })

describe('a customer’s own prices', () => {
  it('are listed with what counts now, what is planned, and what ended last', async () => {
    stubApi({
      ...routes,
      [`GET ${PRICES}`]: {
        items: [
          price({ id: 'override_3', until: '2026-11-10T10:00:00Z' }),
          price({ id: 'override_2', plan_name: 'Small', discount_bp: null, monthly: usd('9.500000') }),
          price({ from: '2099-01-01T00:00:00Z' }),
        ],
      },
    })
    open()
    const list = within(await screen.findByRole('list', { name: 'Prices of its own' }))
    expect(list.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^Small: \$9\.50 a monthCounts now.*End$/),
      expect.stringMatching(/^All plans: 12\.5 % offPlanned.*Take back$/),
      expect.stringMatching(/^All plans: 12\.5 % offEnded.*until.*\d$/),
    ])
  })

  it('are a discount on all plans from now on, servers that run included', async () => {
    const server = stubApi({ ...routes, [`POST ${PRICES}`]: quoted(priceQuote(), () => json(price({}), 201)) })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Add a price' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Percent off'), '101')
    await user.type(dialog.getByLabelText('Reason, for the record'), 'as agreed')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText(/Enter a percentage/)).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('Percent off'))
    await user.type(dialog.getByLabelText('Percent off'), '12,5')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText('2 servers of 2 customers')).toBeInTheDocument()
    expect(changesOf(server, `POST ${PRICES}`)).toHaveLength(0)
    await user.click(dialog.getByRole('button', { name: 'Add' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(changesOf(server, `POST ${PRICES}`)[0]?.body).toEqual({
      discount_bp: 1250,
      running: true,
      reason: 'as agreed',
    })
  })

  it('are a price of one plan between two moments', async () => {
    const server = stubApi({ ...routes, [`POST ${PRICES}`]: quoted(priceQuote(), () => json(price({}), 201)) })
    const { user } = open('&dialog=add-price')
    const dialog = within(await screen.findByRole('dialog'))
    await user.selectOptions(dialog.getByLabelText('Kind'), 'price')
    await user.type(dialog.getByLabelText('A month in USD'), '9.5')
    await user.type(dialog.getByLabelText('From'), '2099-02-01T10:00')
    await user.type(dialog.getByLabelText('Until'), '2099-01-01T10:00')
    await user.selectOptions(dialog.getByLabelText('Servers that run'), 'no')
    await user.type(dialog.getByLabelText('Reason, for the record'), 'as agreed')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText('It ends after it begins.')).toBeInTheDocument()
    expect(dialog.getByText(/Choose a plan:/)).toBeInTheDocument()
    await user.selectOptions(dialog.getByLabelText('Plan'), await dialog.findByRole('option', { name: 'Small' }))
    expect(dialog.getByText('The list’s price is $14.00 a month.')).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('Until'))
    await user.type(dialog.getByLabelText('Until'), '2099-03-01T10:00')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    await user.click(await dialog.findByRole('button', { name: 'Add' }))
    await waitFor(() =>
      expect(changesOf(server, `POST ${PRICES}`)[0]?.body).toEqual({
        plan_id: adminPlan.id,
        monthly: usd('9.500000'),
        from: new Date('2099-02-01T10:00').toISOString(),
        until: new Date('2099-03-01T10:00').toISOString(),
        running: false,
        reason: 'as agreed',
      }),
    )
  })

  it('end after asking, and a refusal is shown', async () => {
    const END = `DELETE ${PRICES}/{id}`
    const server = stubApi({
      ...routes,
      [`GET ${PRICES}`]: { items: [price({})] },
      [END]: quoted(priceQuote(), () => problem(404, 'not_found')),
    })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'End: 12.5 % off all plans' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'End 12.5 % off all plans now?' }))
    expect(await dialog.findByText('2 servers of 2 customers')).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'End it' }))
    expect(await dialog.findByText(/not_found/)).toBeInTheDocument()
    server.on(END, price({ until: '2026-11-22T10:00:00Z' }))
    await user.click(dialog.getByRole('button', { name: 'End it' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(changesOf(server, END)[1]?.path).toMatch(/override_1$/)
  })

  it('show moves of the customer’s servers, and take one back', async () => {
    const CANCEL = 'POST /api/admin/price-moves/{id}/cancel'
    const server = stubApi({
      ...routes,
      'GET /api/admin/price-moves': {
        items: [priceMove({ org_id: 'org_1' }), priceMove({ id: 'move_2', version: null, plan_name: null })],
        next: null,
      },
      [CANCEL]: priceMove({ cancelled_at: '2026-11-22T10:00:00Z' }),
    })
    const { user } = open()
    expect(await screen.findByText('All plans: a price of its own begins or ends')).toBeInTheDocument()
    expect(server.of('GET /api/admin/price-moves')[0]?.query.get('org')).toBe('org_1')
    await user.click(screen.getByRole('button', { name: 'Take back: Small: to version 2' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Take it back' }))
    await waitFor(() => expect(server.of(CANCEL)).toHaveLength(1))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })
})
