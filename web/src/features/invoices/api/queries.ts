import { queryOptions } from '@tanstack/react-query'
import { api, apiOf, ok } from '@/lib/api/client'

const PAGE_SIZE = 50
const paged = (cursor: string | null) => ({ limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) })
/** A document is drawn within seconds; until then the page looks again. */
const DRAWN_MS = 2_000

export const invoicesQuery = (org: string, cursor: string | null) =>
  queryOptions({
    queryKey: [org, 'invoices', 'list', cursor],
    queryFn: () => ok(apiOf(org).GET('/api/invoices', { params: { query: paged(cursor) } })),
  })

export const invoiceQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: [org, 'invoices', 'one', id],
    queryFn: () => ok(apiOf(org).GET('/api/invoices/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.invoice.formats.length === 0 ? DRAWN_MS : false),
  })

export const adminInvoicesQuery = (cursor: string | null) =>
  queryOptions({
    queryKey: ['admin', 'invoices', 'list', cursor],
    queryFn: () => ok(api.GET('/api/admin/billing/invoices', { params: { query: paged(cursor) } })),
  })

export const adminInvoiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'invoices', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/billing/invoices/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.invoice.formats.length === 0 ? DRAWN_MS : false),
  })

const of = (id: string) => ({ params: { path: { id } }, parseAs: 'blob' }) as const

/** A document's files, for its customer. */
export const invoiceFiles = (org: string) => ({
  pdf: (id: string) => ok(apiOf(org).GET('/api/invoices/{id}/pdf', of(id))),
  xml: (id: string) => ok(apiOf(org).GET('/api/invoices/{id}/xml', of(id))),
  html: (id: string) => ok(apiOf(org).GET('/api/invoices/{id}/html', of(id))),
})

/** The same bytes, for an administrator. */
export const adminInvoiceFiles = {
  pdf: (id: string) => ok(api.GET('/api/admin/billing/invoices/{id}/pdf', of(id))),
  xml: (id: string) => ok(api.GET('/api/admin/billing/invoices/{id}/xml', of(id))),
  html: (id: string) => ok(api.GET('/api/admin/billing/invoices/{id}/html', of(id))),
}

/** All documents, as files. */
export const invoiceLists = (org: string) => [
  {
    label: 'Invoices, CSV',
    name: 'invoices.csv',
    load: () => ok(apiOf(org).GET('/api/invoices.csv', { parseAs: 'blob' })),
  },
  {
    label: 'Invoices, JSON lines',
    name: 'invoices.ndjson',
    load: () => ok(apiOf(org).GET('/api/invoices.ndjson', { parseAs: 'blob' })),
  },
]
