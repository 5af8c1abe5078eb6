import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Body } from '@/lib/api/types'

export interface RevenueFilter {
  months: number
  by: 'cloud' | 'plan' | 'org'
  cloud?: string
  plan?: string
  org?: string
}

export const revenueQuery = (filter: RevenueFilter) =>
  queryOptions({
    queryKey: ['admin', 'revenue', 'sums', filter],
    queryFn: () => ok(api.GET('/api/admin/billing/revenue', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const receivablesQuery = queryOptions({
  queryKey: ['admin', 'revenue', 'receivables'],
  queryFn: () => ok(api.GET('/api/admin/billing/receivables')),
})

interface WriteOff {
  body: Body<'/api/admin/customers/{org}/write-off', 'post'>
  key: string
}

/** What it would write and mean. */
export const askWriteOff = async (org: string, body: WriteOff['body']) =>
  would(await ok(api.POST('/api/admin/customers/{org}/write-off', { params: { path: { org }, ...asking() }, body })))

export function useWriteOff(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ body, key }: WriteOff) =>
      done(
        await ok(
          api.POST('/api/admin/customers/{org}/write-off', {
            params: { path: { org }, header: { 'Idempotency-Key': key } },
            body,
          }),
        ),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: receivablesQuery.queryKey })
      void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
    },
  })
}
