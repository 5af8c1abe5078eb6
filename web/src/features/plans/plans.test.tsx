import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { PlansPage } from '@/features/plans/pages/plans-page'
import { admin, adminPlan, catalog, cloud, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const routes = {
  'GET /api/admin/plans': { items: [adminPlan] },
  'GET /api/admin/clouds': { items: [cloud] },
  'GET /api/admin/clouds/{id}/catalog': catalog,
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
    expect(dialog.getByText(/Costs you/).closest('p')).toHaveTextContent('$12.00')
    await user.type(dialog.getByLabelText('Name for customers'), 'Starter')
    await user.type(dialog.getByLabelText('Markup per month in USD'), '2.5')
    await user.click(dialog.getByRole('button', { name: 'Create plan' }))
    expect(await dialog.findByText('Starter is on sale')).toBeInTheDocument()
    expect(dialog.getByText('17.2 %')).toBeInTheDocument()
    expect(server.of('POST /api/admin/plans')[0]?.body).toEqual({
      cloud_id: 'cloud_1',
      type_id: 'g6-standard-1',
      name: 'Starter',
      markup_monthly: usd('2.500000'),
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
    const server = stubApi({ ...routes, 'PATCH /api/admin/plans/{id}': changed })
    const { user } = open('?edit=plan_1')
    const dialog = within(await screen.findByRole('dialog'))
    const field = dialog.getByLabelText('Markup per month in USD')
    expect(field).toHaveValue('2.00')
    await user.clear(field)
    await user.type(field, '3')
    await user.click(dialog.getByRole('button', { name: 'Save' }))
    expect(await dialog.findByText('20.0 %')).toBeInTheDocument()
    expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toEqual({
      name: 'Small',
      markup_monthly: usd('3.000000'),
    })
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
      'PATCH /api/admin/plans/{id}': { ...adminPlan, active: false },
      'DELETE /api/admin/plans/{id}': () => new Response(null, { status: 204 }),
    })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Actions for Small' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Take off sale' }))
    await waitFor(() => expect(server.of('PATCH /api/admin/plans/{id}')[0]?.body).toEqual({ active: false }))
    await user.click(screen.getByRole('button', { name: 'Actions for Small' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
    await user.click(await screen.findByRole('button', { name: 'Delete plan' }))
    await waitFor(() => expect(server.of('DELETE /api/admin/plans/{id}')).toHaveLength(1))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
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
