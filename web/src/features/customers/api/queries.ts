import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

const PAGE_SIZE = 50

export const customerQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'one', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}', { params: { path: { org } } })),
  })

export const customerStatementQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'customers', 'statement', org],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/customers/{org}/statement', {
          params: { path: { org }, query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

interface Credit {
  body: Body<'/api/admin/customers/{org}/credit', 'post'>
  key: string
}

export function useCredit(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ body, key }: Credit) =>
      ok(
        api.POST('/api/admin/customers/{org}/credit', {
          params: { path: { org }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
      void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
      void client.invalidateQueries({ queryKey: ['wallet'] })
    },
  })
}
