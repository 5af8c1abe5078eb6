import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'

export const workersQuery = queryOptions({
  queryKey: ['admin', 'workers'],
  queryFn: () => ok(api.GET('/api/admin/workers')),
  refetchInterval: OPERATOR_POLL_MS,
})
