import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'

export const cloudQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'clouds', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/clouds/{id}', { params: { path: { id } } })),
    // The check and the sync are jobs, and budgets move: should the stream be silent, ask.
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? 3000 : OPERATOR_POLL_MS),
  })
