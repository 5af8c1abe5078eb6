import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

const PAGE_SIZE = 50

export const activityPages = infiniteQueryOptions({
  queryKey: ['activity', 'pages'],
  queryFn: ({ pageParam }) =>
    ok(
      api.GET('/api/activity', {
        params: { query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (last) => last.next ?? undefined,
})
