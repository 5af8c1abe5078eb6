import { infiniteQueryOptions } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'

const PAGE_SIZE = 50

export const activityPages = (org: string) =>
  infiniteQueryOptions({
    queryKey: [org, 'activity', 'pages'],
    queryFn: ({ pageParam }) =>
      ok(
        apiOf(org).GET('/api/activity', {
          params: { query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })
