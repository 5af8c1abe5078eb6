import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

const PAGE_SIZE = 50

const after = (cursor: string) => (cursor ? { cursor } : {})

/** Credit that was asked for; of all customers. */
export const creditRequestsQuery = (waiting: boolean, cursor: string) =>
  queryOptions({
    queryKey: ['admin', 'credit', 'requests', waiting, cursor],
    queryFn: () =>
      ok(api.GET('/api/admin/billing/credits', { params: { query: { limit: PAGE_SIZE, waiting, ...after(cursor) } } })),
    placeholderData: keepPreviousData,
  })

export const creditLimitQuery = queryOptions({
  queryKey: ['admin', 'credit', 'limit'],
  queryFn: () => ok(api.GET('/api/admin/billing/credit-limit')),
})

export const promosQuery = (cursor: string) =>
  queryOptions({
    queryKey: ['admin', 'credit', 'promos', cursor],
    queryFn: () =>
      ok(api.GET('/api/admin/billing/promos', { params: { query: { limit: PAGE_SIZE, ...after(cursor) } } })),
    placeholderData: keepPreviousData,
  })

export const promoUsesQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'credit', 'uses', id],
    queryFn: () =>
      ok(api.GET('/api/admin/billing/promos/{id}/uses', { params: { path: { id }, query: { limit: 100 } } })),
  })
