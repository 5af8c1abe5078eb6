import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

export const overviewQuery = queryOptions({
  queryKey: ['admin', 'overview'],
  queryFn: () => ok(api.GET('/api/admin/overview')),
  refetchInterval: 60_000,
})
