import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'

/** What waits for an administrator before servers are marked as lost or machines are deleted. */
export const brakesQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'clouds', 'brakes', id],
    queryFn: () => ok(api.GET('/api/admin/clouds/{id}/brakes', { params: { path: { id } } })),
    refetchInterval: OPERATOR_POLL_MS,
  })

export const cloudQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'clouds', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/clouds/{id}', { params: { path: { id } } })),
    // The check and the sync are jobs, and budgets move: should the stream be silent, ask.
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? 3000 : OPERATOR_POLL_MS),
  })
