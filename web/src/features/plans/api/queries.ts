import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

/** The plans on sale as customers see them; under `plans`, so that a changed plan makes it stale. */
export const priceListQuery = queryOptions({
  queryKey: ['admin', 'plans', 'on-sale'],
  queryFn: () => ok(api.GET('/api/admin/plans/on-sale')),
})

/** What a plan cost, version by version; under `plans`, so that a changed plan makes it stale. */
export const planPricesQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'plans', 'prices', id],
    queryFn: () => ok(api.GET('/api/admin/plans/{id}/prices', { params: { path: { id } } })),
  })

/** What a plan would cost and earn. A POST that changes nothing: an amount has no place in an address. */
export const planPreviewQuery = (body: Body<'/api/admin/plans/preview', 'post'>) =>
  queryOptions({
    queryKey: ['admin', 'plans', 'preview', body],
    queryFn: () => ok(api.POST('/api/admin/plans/preview', { body })),
  })
