import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

/** A server of any customer, for administrators. */
export const adminVpsQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'vps', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/vps/{id}', { params: { path: { id } } })),
  })
