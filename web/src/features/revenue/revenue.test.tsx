import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { RevenuePage } from '@/features/revenue/pages/revenue-page'
import type { Aged, Revenue, RevenueSums, SupplierInvoice } from '@/lib/api/types'
import { admin, entry, usd } from '@/testing/fixtures'
import { changesOf, quote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const sums = (revenue: string, cost: string, margin: string, margin_bp: number | null): RevenueSums => ({
  revenue: usd(revenue),
  cost: usd(cost),
  margin: usd(margin),
  margin_bp,
  unknown: usd('0.000000'),
  hours: 720,
})

const revenue: Revenue = {
  months: [
    { month: '2026-10-01T00:00:00Z', sums: sums('12.000000', '10.000000', '2.000000', 1666) },
    { month: '2026-11-01T00:00:00Z', sums: sums('6.000000', '7.000000', '-1.000000', -1666) },
  ],
  total: sums('18.000000', '17.000000', '1.000000', 555),
  rows: [{ id: 'cloud_1', name: 'Main', sums: sums('18.000000', '17.000000', '1.000000', 555) }],
}

const aged = (total: string, over_90: string): Aged => ({
  total: usd(total),
  to_30: usd('0.000000'),
  to_60: usd('0.000000'),
  to_90: usd('0.000000'),
  over_90: usd(over_90),
})

const show = (at: string) => renderPage(<RevenuePage />, { path: '/admin/revenue', at, me: admin })

describe('revenue', () => {
  it('is shown by month with its margin, a loss in red, and by what is chosen', async () => {
    const server = stubApi({ 'GET /api/admin/billing/revenue': revenue })
    const { user } = show('/admin/revenue')
    const months = within(await screen.findByRole('table', { name: 'By month' }))
    const november = months.getByText('2026-11').closest('tr')
    for (const words of ['$6.00', '$7.00', '−$1.00', '-16.7 %']) expect(november).toHaveTextContent(words)
    expect(within(november as HTMLElement).getByText('−$1.00')).toHaveClass('text-danger')
    await user.click(screen.getByRole('button', { name: 'Main' }))
    await waitFor(() => expect(server.of('GET /api/admin/billing/revenue').at(-1)?.query.get('cloud')).toBe('cloud_1'))
    await user.selectOptions(screen.getByRole('combobox', { name: 'Grouped by' }), 'org')
    await waitFor(() => expect(server.of('GET /api/admin/billing/revenue').at(-1)?.query.get('by')).toBe('org'))
    expect(server.of('GET /api/admin/billing/revenue').at(-1)?.query.get('cloud')).toBeNull()
  })
})

describe('receivables', () => {
  it('lead to the customer, and a debt is written off with a reason and a key', async () => {
    const server = stubApi({
      'GET /api/admin/billing/receivables': {
        owed: aged('12.000000', '12.000000'),
        clearing: aged('50.000000', '0.000000'),
        unallocated: aged('0.000000', '0.000000'),
        debtors: [
          { org_id: 'org_1', name: 'Nimbus Labs', owed: aged('12.000000', '12.000000'), since: '2026-08-01T00:00:00Z' },
        ],
      },
      'POST /api/admin/customers/{org}/write-off': quoted(quote(), { entry: entry(), owed: usd('0.000000') }),
    })
    const { user } = show('/admin/revenue?tab=owed')
    const link = await screen.findByRole('link', { name: 'Nimbus Labs' })
    expect(link).toHaveAttribute('href', '/admin/customers/org_1?tab=money')
    await user.click(screen.getByRole('button', { name: 'Write off the debt of Nimbus Labs' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByLabelText('Amount in USD')).toHaveValue('12.00')
    await user.type(dialog.getByLabelText('Reason'), 'bankrupt')
    await user.click(dialog.getByRole('button', { name: 'Continue' }))
    await user.click(await dialog.findByRole('button', { name: 'Write off' }))
    await waitFor(() => expect(changesOf(server, 'POST /api/admin/customers/{org}/write-off')).toHaveLength(1))
    const [sent] = changesOf(server, 'POST /api/admin/customers/{org}/write-off')
    expect(sent?.body).toEqual({ amount: usd('12.000000'), reason: 'bankrupt' })
    expect(sent?.headers.get('idempotency-key')).toMatch(/.{8,}/)
  })
})

describe('suppliers', () => {
  const invoice: SupplierInvoice = {
    id: 'supplier_invoice_1',
    cloud_id: 'cloud_1',
    cloud_name: 'Main',
    number: 'INV-1',
    form: 'csv',
    from: '2026-11-01T00:00:00Z',
    to: '2026-12-01T00:00:00Z',
    total: usd('7.000000'),
    asked: usd('5.000000'),
    unknown: usd('2.000000'),
    other: usd('0.000000'),
    charged: usd('6.000000'),
    margin: usd('-1.000000'),
    margin_bp: -1666,
    servers: 1,
    unknown_machines: 1,
    imported_at: '2026-12-02T00:00:00Z',
  }
  const detail = {
    invoice,
    servers: [
      {
        machine: '99',
        vps_id: null,
        label: null,
        org_id: null,
        org_name: null,
        asked: usd('2.000000'),
        charged: usd('0.000000'),
        difference: usd('-2.000000'),
      },
    ],
  }
  const routes = {
    'GET /api/admin/billing/suppliers': { items: [invoice], next: null },
    'GET /api/admin/billing/margin': { margin_bp: 500 },
    'GET /api/admin/billing/suppliers/{id}': detail,
    'GET /api/admin/clouds': { items: [{ id: 'cloud_1', name: 'Main' }] },
    'POST /api/admin/billing/suppliers': detail,
  }

  it('show a margin that is too low, and machines that are not known', async () => {
    stubApi(routes)
    const { user } = show('/admin/revenue?tab=suppliers')
    expect(await screen.findByText('1 machine')).toBeInTheDocument()
    expect(await screen.findByText('-16.7 %')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'INV-1' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(await dialog.findByText('Not known')).toBeInTheDocument()
    expect(within(dialog.getByRole('table', { name: 'Machines' })).getByText('−$2.00')).toHaveClass('text-danger')
  })

  it('import a file as it is', async () => {
    const server = stubApi(routes)
    const { user } = show('/admin/revenue?tab=suppliers&dialog=import&of=all')
    const dialog = within(await screen.findByRole('dialog'))
    await dialog.findByRole('option', { name: 'Main' })
    await user.selectOptions(dialog.getByLabelText('Cloud'), 'cloud_1')
    await user.type(dialog.getByLabelText('Number'), 'INV-2')
    const content = 'machine_id,from,to,amount\n1,2026-11-01,2026-12-01,5\n'
    await user.upload(dialog.getByLabelText('File'), new File([content], 'invoice.csv', { type: 'text/csv' }))
    await user.click(dialog.getByRole('button', { name: 'Import' }))
    await waitFor(() => expect(server.of('POST /api/admin/billing/suppliers')).toHaveLength(1))
    expect(server.of('POST /api/admin/billing/suppliers')[0]?.body).toEqual({
      cloud_id: 'cloud_1',
      number: 'INV-2',
      form: 'csv',
      content,
    })
  })
})
