import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

/** What the palette finds for an administrator. */
export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['admin', 'search', q],
    queryFn: () => ok(api.GET('/api/admin/search', { params: { query: { q } } })),
    placeholderData: keepPreviousData,
  })
