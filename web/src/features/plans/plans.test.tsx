import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { PlansPage } from '@/features/plans/pages/plans-page'
import type { TriedPlan } from '@/lib/api/types'
import { admin, adminPlan, catalog, cloud, plan, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const other = { ...adminPlan, id: 'plan_2', name: 'Large', servers: 0 }

/** What the server says of a plan that is being set up. */
function tried(over: Partial<TriedPlan> = {}): TriedPlan {
  return {
    price: {
      hourly: usd('0.019863'),
      monthly: usd('14.500000'),
      hours_per_month: 730,
      capped: true,
      charged_by: 'hour' as const,
    },
    cost_monthly: usd('12.000000'),
    margin_monthly: usd('2.500000'),
    margin_percent: '17.2',
    at_cost: false,
    regions: [],
    ...over,
  }
}

const routes = {
  'GET /api/admin/plans': { items: [adminPlan] },
  'GET /api/admin/clouds': { items: [cloud] },
  'GET /api/admin/clouds/{id}/catalog': catalog,
  'POST /api/admin/plans/preview': tried(),
}
const open = (search = '') =>
  renderPage(<PlansPage />, { path: '/admin/plans', at: `/admin/plans${search}`, me: admin })

describe('plans', () => {
  it('shows cost, price and margin as the API gives them', async () => {
    stubApi(routes)
    open()
    const row = (await screen.findByRole('link', { name: 'Small' })).closest('tr')
    for (const words of ['$12.00', '+$2.00', '$14.00', '14.3 %', 'On sale', 'g6-standard-1'])
      expect(row).toHaveTextContent(words)
  })

  it('creates one from a cloud’s type and shows the price of the answer', async () => {
    const server = stubApi({
      ...routes,
      'POST /api/admin/plans': { ...adminPlan, name: 'Starter', margin_percent: '17.2' },
    })
    const { user } = open('?dialog=create')
    const dialog = within(await screen.findByRole('dialog'))
    await user.selectOptions(await dialog.findByLabelText('Type'), 'g6-standard-1')
    await user.type(dialog.getByLabelText('Name for customers'), 'Starter')
    await user.type(dialog.getByLabelText('Markup per month in USD'), '2.5')
    // Before anything is saved.
    expect(await dialog.findByText('17.2 %', { exact: false })).toHaveTextContent('$2.50 per month · 17.2 %')
    expect(dialog.getAllByText('$14.50')[0]?.closest('dd')).toHaveTextContent('$14.50 per month · $0.0199 per hour')
    expect(server.of('POST /api/admin/plans/preview').at(-1)?.body).toEqual({
      cloud_id: 'cloud_1',
      type_id: 'g6-standard-1',
      markup_monthly: usd('2.500000'),
      capped: true,
      charged_by: 'hour',
      hours_per_month: 730,
    })
    expect(server.of('POST /api/admin/plans')).toHaveLength(0)
    await user.click(dialog.getByRole('button', { name: 'Create plan' }))
    expect(await dialog.findByText('Starter is on sale')).toBeInTheDocument()
    expect(dialog.getByText('17.2 %', { exact: false })).toBeInTheDocument()
    expect(server.of('POST /api/admin/plans')[0]?.body).toEqual({
      cloud_id: 'cloud_1',
      type_id: 'g6-standard-1',
      name: 'Starter',
      markup_monthly: usd('2.500000'),
      capped: true,
      hours_per_month: 730,
      charged_by: 'hour',
    })
  })

  it('asks for every field and puts refusals under them', async () => {
    const server = stubApi({
      ...routes,
      'POST /api/admin/plans': () =>
        problem(400, 'invalid_request', { errors: [{ pointer: '/markup_monthly', detail: 'Below the cost.' }] }),
    })
    const { user } = open('?dialog=create')
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(await dialog.findByRole('button', { name: 'Create plan' }))
    for (const words of ['Choose a type.', 'Give the plan a name.', 'Enter an amount such as 2 or 2.50.'])
      expect(await dialog.findByText(words)).toBeInTheDocument()
    expect(server.of('POST /api/admin/plans')).toHaveLength(0)
    await user.selectOptions(dialog.getByLabelText('Type'), 'g6-standard-1')
    await user.type(dialog.getByLabelText('Name for customers'), 'x')
    await user.type(dialog.getByLabelText('Markup per month in USD'), '0')
    await user.click(dialog.getByRole('button', { name: 'Create plan' }))
    expect(await dialog.findByText('Below the cost.')).toBeInTheDocument()
  })

  it('changes the markup and shows the new price of the answer', async () => {
    const changed = { ...adminPlan, markup_monthly: usd('3.000000'), margin_percent: '20.0' }
    const server = stubApi({
      ...routes,
      'POST /api/admin/plans/preview': tried({ margin_percent: '20.0' }),
      'PATCH /api/admin/plans/{id}': changed,
    })
    const { user } = open('?edit=plan_1')
    const dialog = within(await screen.findByRole('dialog'))
    const field = dialog.getByLabelText('Markup per month in USD')
    expect(field).toHaveValue('2.00')
    await user.clear(field)
    await user.type(field, '3')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    expect(await dialog.findByText('20.0 %', { exact: false })).toBeInTheDocument()
    expect(await dialog.findByText('Saved.')).toBeInTheDocument()
    expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toEqual({
      name: 'Small',
      markup_monthly: usd('3.000000'),
      capped: true,
      hours_per_month: 730,
      charged_by: 'hour',
    })
  })

  it('charges by the second where that is chosen, and at least what is typed', async () => {
    const server = stubApi({ ...routes, 'PATCH /api/admin/plans/{id}': adminPlan })
    const { user } = open('?edit=plan_1')
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.queryByLabelText('At least, in seconds')).not.toBeInTheDocument()
    await user.selectOptions(dialog.getByLabelText('Time is charged'), 'second')
    expect(await dialog.findByText('by the second', { exact: false, selector: 'span' })).toBeInTheDocument()
    const minimum = dialog.getByLabelText('At least, in seconds')
    expect(minimum).toHaveValue('60')
    await user.clear(minimum)
    await user.type(minimum, '3601')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    expect(await dialog.findByText('Enter 1 to 3600 seconds.')).toBeInTheDocument()
    await user.clear(minimum)
    await user.type(minimum, '300')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toMatchObject({ charged_by: 'second', minimum_s: 300 }),
    )
  })

  it('says what a month of 31 days costs by the rule that is chosen', async () => {
    const server = stubApi({ ...routes, 'PATCH /api/admin/plans/{id}': adminPlan })
    const { user } = open('?edit=plan_1')
    const dialog = within(await screen.findByRole('dialog'))
    const sentence = await dialog.findByText(/A month of 31 days/)
    expect(sentence).toHaveTextContent('costs $14.50: hours after the 730th cost nothing.')
    expect(dialog.getByRole('status')).toHaveTextContent('$0.0199 per hour')
    await user.selectOptions(dialog.getByLabelText('Hours to a month’s price'), '672')
    expect(sentence).toHaveTextContent('costs $14.50, and so does every whole month')
    expect(dialog.getByRole('status')).toHaveTextContent('1/672 of it per hour')
    await user.selectOptions(dialog.getByLabelText('A calendar month (UTC)'), 'off')
    expect(sentence).toHaveTextContent('costs $14.50 and 72 hours more: it has 744.')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toMatchObject({ capped: false, hours_per_month: 672 }),
    )
  })

  it('tells of costs and sizes that a provider changed, and keeps a price that is right', async () => {
    const dearer = { ...adminPlan, cost_monthly: usd('13.000000') }
    const gone = { ...adminPlan, id: 'plan_2', name: 'Old', size_gone_at: '2026-11-20T10:00:00Z' }
    const server = stubApi({
      ...routes,
      'GET /api/admin/plans': { items: [dearer, gone] },
      'PATCH /api/admin/plans/{id}': dearer,
    })
    const { user } = open()
    const [first, second] = within(await screen.findByRole('list')).getAllByRole('listitem')
    expect(first).toHaveTextContent('Small costs you $13.00 a month, no longer $12.00.')
    expect(second).toHaveTextContent('Old cannot be ordered: its size g6-standard-1 is no longer sold')
    expect(screen.getByText('Not available')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Keep this price' }))
    await waitFor(() => expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toEqual({}))
  })

  it('takes off sale and deletes after asking', async () => {
    const server = stubApi({
      ...routes,
      'GET /api/admin/plans': { items: [{ ...adminPlan, servers: 3 }] },
      'PATCH /api/admin/plans/{id}': { ...adminPlan, active: false },
      'DELETE /api/admin/plans/{id}': () => new Response(null, { status: 204 }),
    })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Actions for Small' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Take off sale…' }))
    const asked = within(await screen.findByRole('dialog', { name: 'Take Small off sale?' }))
    expect(asked.getByText(/paying the price/)).toHaveTextContent('3 servers keep running')
    expect(server.of('PATCH /api/admin/plans/{id}')).toHaveLength(0)
    await user.click(asked.getByRole('button', { name: 'Take off sale' }))
    await waitFor(() => expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toEqual({ active: false }))
    await user.click(await screen.findByRole('button', { name: 'Actions for Small' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
    await user.click(await screen.findByRole('button', { name: 'Delete plan' }))
    await waitFor(() => expect(server.of('DELETE /api/admin/plans/{id}')).toHaveLength(1))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })

  it('warns when nothing is earned, and names regions with a price of their own', async () => {
    const saoPaulo = {
      id: 'br-gru',
      label: 'São Paulo',
      cost_monthly: usd('16.800000'),
      price: {
        hourly: usd('0.023013'),
        monthly: usd('16.800000'),
        hours_per_month: 730,
        capped: true,
        charged_by: 'hour' as const,
      },
      margin_percent: '0.0',
    }
    stubApi({
      ...routes,
      'POST /api/admin/plans/preview': tried({ at_cost: true, margin_percent: '0.0', regions: [saoPaulo] }),
    })
    open('?edit=plan_1')
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText(/You earn nothing on it/)).toBeInTheDocument()
    expect(dialog.getByText(/Elsewhere/)).toHaveTextContent('São Paulo $16.80 (0.0 %)')
  })

  it('clones one: everything but the name is as it was', async () => {
    const server = stubApi({ ...routes, 'POST /api/admin/plans': { ...adminPlan, id: 'plan_9', name: 'Small copy' } })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Actions for Small' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Clone…' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Clone Small' }))
    expect(await dialog.findByLabelText('Type')).toHaveValue('g6-standard-1')
    expect(dialog.getByLabelText('Name for customers')).toHaveValue('Small copy')
    await user.click(dialog.getByRole('button', { name: 'Create plan' }))
    await waitFor(() =>
      expect(server.of('POST /api/admin/plans')[0]?.body).toMatchObject({
        name: 'Small copy',
        type_id: 'g6-standard-1',
        markup_monthly: usd('2.000000'),
      }),
    )
  })

  it('moves a plan with the keyboard, at once, and back when it is refused', async () => {
    const server = stubApi({
      ...routes,
      'GET /api/admin/plans': { items: [adminPlan, other] },
      'POST /api/admin/plans/order': () => problem(409, 'plans_changed'),
    })
    const { user } = open()
    const names = () =>
      screen.getAllByRole('button', { name: /^Actions for/ }).map((button) => button.getAttribute('aria-label'))
    const down = await screen.findByRole('button', { name: 'Move Small down' })
    expect(screen.getByRole('button', { name: 'Move Small up' })).toHaveAttribute('aria-disabled', 'true')
    down.focus()
    await user.keyboard('{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/plans/order')[0]?.body).toEqual({ ids: ['plan_2', 'plan_1'] }),
    )
    await waitFor(() => expect(names()).toEqual(['Actions for Small', 'Actions for Large']))
    expect(screen.getByRole('button', { name: 'Move Small down' })).toHaveFocus()
  })

  it('shows the price list that customers get', async () => {
    stubApi({ ...routes, 'GET /api/admin/plans/on-sale': { items: [{ ...plan, name: 'Sold' }] } })
    const { user } = open()
    await user.click(screen.getByRole('button', { name: 'What customers see' }))
    const list = within(await screen.findByRole('region', { name: 'What customers see' }))
    expect(await list.findByText('Sold')).toBeInTheDocument()
    expect(screen.queryByRole('table', { name: 'Plans' })).not.toBeInTheDocument()
  })

  it('leads to the clouds when no types are known', async () => {
    stubApi({ ...routes, 'GET /api/admin/clouds': { items: [{ ...cloud, types: 0 }] } })
    open('?dialog=create')
    expect(await screen.findByRole('link', { name: 'Connect or sync a cloud' })).toHaveAttribute(
      'href',
      '/admin/clouds',
    )
  })
})
