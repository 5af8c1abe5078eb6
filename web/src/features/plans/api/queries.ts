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

/** The servers of one request, and how many requests the preview of a move takes at most. */
const [COUNTED_AT_ONCE, COUNTS] = [100, 10]

/** Which servers a move is about, and of how many customers; `all` is false where there are too many to count. */
export const movedQuery = (plan: string, org: string) =>
  queryOptions({
    queryKey: ['admin', 'plans', 'moved', plan, org],
    queryFn: async () => {
      const customers = new Set<string>()
      let [servers, cursor] = [0, '']
      for (let n = 0; n < COUNTS; n += 1) {
        const query = { plan, limit: COUNTED_AT_ONCE, ...(org ? { org } : {}), ...(cursor ? { cursor } : {}) }
        const { items, next } = await ok(api.GET('/api/admin/vps', { params: { query } }))
        for (const vps of items.filter(({ status }) => status !== 'failed' && status !== 'deleted')) {
          customers.add(vps.organisation.id)
          servers += 1
        }
        if (!next) return { servers, customers: customers.size, all: true }
        cursor = next
      }
      return { servers, customers: customers.size, all: false }
    },
  })
