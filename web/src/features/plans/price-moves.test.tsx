import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { PlansPage } from '@/features/plans/pages/plans-page'
import { admin, adminPlan, adminVps, customer, usd } from '@/testing/fixtures'
import { priceMove } from '@/testing/operator-fixtures'
import { changesOf, priceQuote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const version = (n: number, monthly: string, servers: number) => ({
  version: n,
  price: {
    hourly: usd('0.010000'),
    monthly: usd(monthly),
    hours_per_month: 730,
    capped: true,
    charged_by: 'hour' as const,
  },
  cost_monthly: usd('12.000000'),
  markup_monthly: usd('2.000000'),
  since: '2026-11-01T00:00:00Z',
  servers,
})
const of = (id: string, name: string) => ({ ...adminVps, id: `vps_${id}`, organisation: { id, name } })
const routes = {
  'GET /api/admin/plans': { items: [{ ...adminPlan, servers: 3 }] },
  'GET /api/admin/plans/{id}/prices': { items: [version(2, '15.000000', 1), version(1, '14.000000', 2)] },
  'GET /api/admin/price-moves': { items: [], next: null },
  'GET /api/admin/vps': {
    items: [of('org_1', 'Nimbus Labs'), of('org_2', 'Cirrus'), { ...of('org_3', 'Stratus'), status: 'failed' }],
    next: null,
  },
  'GET /api/admin/customers': { items: [customer], next: null },
}
const MOVE = 'POST /api/admin/plans/{id}/prices'
const CANCEL = 'POST /api/admin/price-moves/{id}/cancel'
const open = async () => {
  const rendered = renderPage(<PlansPage />, {
    path: '/admin/plans',
    at: `/admin/plans?prices=${adminPlan.id}`,
    me: admin,
  })
  return { ...rendered, history: within(await screen.findByRole('dialog', { name: 'Prices of Small' })) }
}
const moving = async () => within(await screen.findByRole('dialog', { name: 'Move servers of Small' }))

describe('moves of servers to another price', () => {
  it('say what they are about, ask, and then are set', async () => {
    const server = stubApi({ ...routes, [MOVE]: quoted(priceQuote(), () => json(priceMove(), 201)) })
    const { user, history } = await open()
    expect(await history.findByText(/^2 servers pay it/)).toBeInTheDocument()
    await user.click(history.getByRole('button', { name: 'Move servers… to version 2' }))
    let dialog = await moving()
    expect(await dialog.findByText('2 servers of 2 customers now. 1 pays it already.')).toBeInTheDocument()
    await user.type(dialog.getByLabelText('From'), '2099-01-01T10:00')
    await user.type(dialog.getByLabelText('Reason, for the record'), 'costs rose')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    dialog = await moving()
    expect(await dialog.findByText('2 servers of 2 customers')).toBeInTheDocument()
    expect(dialog.getAllByText('$15.00')[0]).toBeVisible()
    const customers = dialog.getByRole('list', { name: 'Customers' })
    for (const words of ['Nimbus Labs', '$0.0098', '$0.0163', 'and 1 customer for whom less changes.'])
      expect(customers).toHaveTextContent(words)
    expect(changesOf(server, MOVE)).toHaveLength(0)
    await user.click(dialog.getByRole('button', { name: 'Move servers' }))
    expect(await screen.findByRole('dialog', { name: 'Prices of Small' })).toBeInTheDocument()
    expect(changesOf(server, MOVE)).toHaveLength(1)
    expect(changesOf(server, MOVE)[0]?.body).toEqual({
      version: 2,
      from: new Date('2099-01-01T10:00').toISOString(),
      reason: 'costs rose',
    })
  })

  it('are of one customer where one is chosen, and never in the past', async () => {
    const server = stubApi({ ...routes, [MOVE]: quoted(priceQuote(), () => json(priceMove(), 201)) })
    const { user, history } = await open()
    await user.click(await history.findByRole('button', { name: 'Move servers… to version 1' }))
    let dialog = await moving()
    await user.click(dialog.getByRole('combobox', { name: 'Customer' }))
    expect(await dialog.findByRole('option', { name: /Nimbus Labs/ })).toBeVisible()
    // It closes the list, and not the dialog around it.
    await user.keyboard('{Escape}')
    await user.click(dialog.getByRole('combobox', { name: 'Customer' }))
    await user.click(await dialog.findByRole('option', { name: /Nimbus Labs/ }))
    expect(await dialog.findByText('2 servers of Nimbus Labs now.')).toBeInTheDocument()
    expect(server.of('GET /api/admin/vps').at(-1)?.query.get('org')).toBe('org_1')
    await user.type(dialog.getByLabelText('From'), '2020-01-01T10:00')
    await user.type(dialog.getByLabelText('Reason, for the record'), 'as agreed')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    expect(await dialog.findByText('Choose a moment that lies ahead.')).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('From'))
    await user.type(dialog.getByLabelText('From'), '2099-01-01T10:00')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    dialog = await moving()
    await user.click(await dialog.findByRole('button', { name: 'Move servers' }))
    await waitFor(() => expect(changesOf(server, MOVE)[0]?.body).toMatchObject({ version: 1, org_id: 'org_1' }))
  })

  it('that were refused lead back to what was typed', async () => {
    stubApi({
      ...routes,
      [MOVE]: quoted(priceQuote(), () =>
        problem(400, 'invalid_request', { errors: [{ pointer: '/from', detail: 'choose a moment within two years' }] }),
      ),
    })
    const { user, history } = await open()
    await user.click(await history.findByRole('button', { name: 'Move servers… to version 2' }))
    const dialog = await moving()
    await user.type(dialog.getByLabelText('From'), '2099-01-01T10:00')
    await user.type(dialog.getByLabelText('Reason, for the record'), 'costs rose')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    await user.click(await dialog.findByRole('button', { name: 'Move servers' }))
    expect(await dialog.findByText('choose a moment within two years')).toBeInTheDocument()
    expect(dialog.getByLabelText('From')).toHaveValue('2099-01-01T10:00')
  })

  it('are listed with their state, and one that has not begun is taken back', async () => {
    const server = stubApi({
      ...routes,
      'GET /api/admin/price-moves': {
        items: [
          priceMove(),
          priceMove({ id: 'move_2', org_id: 'org_1', org_name: 'Nimbus Labs', cancelled_at: '2026-11-22T10:00:00Z' }),
          priceMove({ id: 'move_3', from: '2026-11-02T00:00:00Z', done_at: '2026-11-02T02:00:00Z' }),
        ],
        next: null,
      },
      [CANCEL]: () => problem(409, 'move_begun'),
    })
    const { user, history } = await open()
    const rows = within(await history.findByRole('list', { name: 'Moves to another price' })).getAllByRole('listitem')
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^All customers: to version 2Planned3 servers, from .*Take back$/),
      expect.stringMatching(/^Nimbus Labs: to version 2Taken backfrom .*\d$/),
      expect.stringMatching(/^All customers: to version 2Carried outfrom .*\d$/),
    ])
    expect(server.of('GET /api/admin/price-moves')[0]?.query.get('plan')).toBe(adminPlan.id)
    await user.click(history.getByRole('button', { name: 'Take back: All customers: to version 2' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Take this move back?' }))
    await user.click(dialog.getByRole('button', { name: 'Take it back' }))
    expect(await dialog.findByText(/move_begun/)).toBeInTheDocument()
    server.on(CANCEL, priceMove({ cancelled_at: '2026-11-22T10:00:00Z' }))
    await user.click(dialog.getByRole('button', { name: 'Take it back' }))
    expect(await screen.findByRole('dialog', { name: 'Prices of Small' })).toBeInTheDocument()
    expect(server.of(CANCEL)[1]?.path).toMatch(/move_1\/cancel$/)
  })
})
