import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { AdminInvoicePage } from '@/features/invoices/pages/admin-invoice-page'
import { InvoicePage } from '@/features/invoices/pages/invoice-page'
import { InvoicesPage } from '@/features/invoices/pages/invoices-page'
import type { Invoice, InvoiceDetail } from '@/lib/api/types'
import { member } from '@/testing/fixtures'
import { changesOf, quote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const org = member.organisations[0]?.id ?? ''
const id = 'invoice_01k9aaaaaaaaaaaaaaaaaaaaaa'

const invoice: Invoice = {
  id,
  org_id: org,
  org_name: 'Analytical Engines',
  kind: 'invoice',
  number: 'INV-000007',
  issued_at: '2026-11-01T06:00:00Z',
  period_from: '2026-10-01T00:00:00Z',
  period_to: '2026-11-01T00:00:00Z',
  net: usd('8.350000'),
  tax: usd('1.590000'),
  total: usd('9.940000'),
  due: usd('0.000000'),
  formats: ['html', 'pdf', 'xml'],
}

const detail: InvoiceDetail = {
  invoice,
  seller: { lines: ['Nimbus GmbH', 'Berlin'], vat_id: 'DE136695976' },
  buyer: { lines: ['Analytical Engines', 'Paris'] },
  lines: [
    {
      name: 'web-1',
      detail: 'Server',
      from: '2026-10-01',
      to: '2026-10-31',
      hours: 744,
      seconds: null,
      basis_points: 1900,
      net: usd('8.350000'),
    },
  ],
  taxes: [{ category: 'S', basis_points: 1900, net: usd('8.350000'), tax: usd('1.590000') }],
  paid: usd('9.940000'),
  exact: usd('8.349812'),
  chain_entry: 812,
  chain_head: '5e'.repeat(32),
}

it('lists documents and leads to each', async () => {
  stubApi({ 'GET /api/invoices': { items: [invoice], next: null } })
  renderPage(<InvoicesPage />, { path: '/o/:org/wallet/invoices', at: `/o/${org}/wallet/invoices`, me: member })
  const link = await screen.findByRole('link', { name: 'INV-000007' })
  expect(link).toHaveAttribute('href', `/o/${org}/wallet/invoices/${id}`)
})

it('exports the list in both ways', async () => {
  const server = stubApi({
    'GET /api/invoices': { items: [invoice], next: null },
    'GET /api/invoices.csv': () => new Response('number\r\n'),
    'GET /api/invoices.ndjson': () => problem(503, 'unavailable'),
  })
  const made = vi.fn<(blob: Blob) => string>(() => 'blob:made')
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: vi.fn() }))
  const { user } = renderPage(<InvoicesPage />, {
    path: '/o/:org/wallet/invoices',
    at: `/o/${org}/wallet/invoices`,
    me: member,
  })
  await user.click(await screen.findByRole('button', { name: 'Export' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Invoices, CSV' }))
  await waitFor(() => expect(made).toHaveBeenCalledOnce())
  await user.click(screen.getByRole('button', { name: 'Export' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Invoices, JSON lines' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('Not exported')
  expect(server.of('GET /api/invoices.ndjson')).toHaveLength(1)
})

it('shows what a document says, and gives out its files', async () => {
  const server = stubApi({
    [`GET /api/invoices/${id}`]: detail,
    [`GET /api/invoices/${id}/pdf`]: () => problem(503, 'unavailable'),
  })
  const { user } = renderPage(<InvoicePage />, {
    path: '/o/:org/wallet/invoices/:id',
    at: `/o/${org}/wallet/invoices/${id}`,
    me: member,
  })
  expect(await screen.findByRole('heading', { name: 'Invoice INV-000007' })).toBeInTheDocument()
  expect(screen.getByText('web-1')).toBeInTheDocument()
  expect(screen.getByText('Tax 19 %')).toBeInTheDocument()
  expect(screen.getByText(`812:${'5e'.repeat(32)}`)).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'PDF' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('Not downloaded')
  expect(server.of(`GET /api/invoices/${id}/pdf`)).toHaveLength(1)
})

it('gives an administrator the page beside PDF and XML', async () => {
  const server = stubApi({
    [`GET /api/admin/billing/invoices/${id}`]: detail,
    [`GET /api/admin/billing/invoices/${id}/html`]: () => problem(503, 'unavailable'),
  })
  const { user } = renderPage(<AdminInvoicePage />, { path: '/admin/invoices/:id', at: `/admin/invoices/${id}` })
  await user.click(await screen.findByRole('button', { name: 'Page (HTML)' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('Not downloaded')
  expect(server.of(`GET /api/admin/billing/invoices/${id}/html`)).toHaveLength(1)
  expect(screen.getByRole('button', { name: 'E-invoice (XML)' })).toBeInTheDocument()
})

it('gives back a part once, by its key, and says what is wrong with an amount', async () => {
  const server = stubApi({
    [`GET /api/admin/billing/invoices/${id}`]: detail,
    [`POST /api/admin/billing/invoices/${id}/credit-note`]: quoted(quote(), () =>
      json({ amount: usd('1.000000'), job_id: 'job_01k9aaaaaaaaaaaaaaaaaaaaaa' }, 202),
    ),
  })
  const { user } = renderPage(<AdminInvoicePage />, { path: '/admin/invoices/:id', at: `/admin/invoices/${id}` })
  await user.click(await screen.findByRole('button', { name: 'Give back' }))
  await user.type(await screen.findByLabelText('Amount in USD'), '1,x')
  await user.type(screen.getByLabelText('Reason'), 'a mistake')
  const dialog = screen.getByRole('dialog')
  const submit = () => user.click(dialog.querySelector('button[type=submit]') as HTMLElement)
  await submit()
  expect(await screen.findByText('Write an amount such as 12.50')).toBeInTheDocument()
  await user.clear(screen.getByLabelText('Amount in USD'))
  await user.type(screen.getByLabelText('Amount in USD'), '1.00')
  await submit()
  expect(await screen.findByRole('list', { name: 'Lines of the ledger' })).toBeInTheDocument()
  await submit()
  const sent = () => changesOf(server, `POST /api/admin/billing/invoices/${id}/credit-note`)
  await expect.poll(() => sent().length).toBe(1)
  expect(sent()[0]?.body).toEqual({ amount: { amount: '1.000000', currency: 'USD' }, reason: 'a mistake' })
})
