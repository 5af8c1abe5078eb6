import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { AdminPayment } from '@/lib/api/types'

const PAGE_SIZE = 50

interface PaymentFilter {
  stage?: AdminPayment['stage']
  cursor?: string
}

export const adminPaymentsQuery = (filter: PaymentFilter) =>
  queryOptions({
    queryKey: ['admin', 'payments', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/billing/payments', { params: { query: { limit: PAGE_SIZE, ...filter } } })),
    placeholderData: keepPreviousData,
  })

/** What is listed, all of it, as files. */
export const adminPaymentFiles = (filter: Pick<PaymentFilter, 'stage'>) => {
  const of = { params: { query: filter }, parseAs: 'blob' } as const
  return [
    { label: 'Payments, CSV', name: 'payments.csv', load: () => ok(api.GET('/api/admin/billing/payments.csv', of)) },
    {
      label: 'Payments, JSON lines',
      name: 'payments.ndjson',
      load: () => ok(api.GET('/api/admin/billing/payments.ndjson', of)),
    },
  ]
}

export const adminPaymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'payments', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/billing/payments/{id}', { params: { path: { id } } })),
  })

export const disputesQuery = (cursor: string) =>
  queryOptions({
    queryKey: ['admin', 'payments', 'disputes', cursor],
    queryFn: () =>
      ok(
        api.GET('/api/admin/billing/disputes', {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const unallocatedQuery = (cursor: string) =>
  queryOptions({
    queryKey: ['admin', 'payments', 'unallocated', cursor],
    queryFn: () =>
      ok(
        api.GET('/api/admin/billing/unallocated', {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  })
