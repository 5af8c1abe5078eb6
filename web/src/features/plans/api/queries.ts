import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

export const adminPlansQuery = queryOptions({
  queryKey: ['admin', 'plans'],
  queryFn: () => ok(api.GET('/api/admin/plans')),
})
