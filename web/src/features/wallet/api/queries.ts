import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

const PAGE_SIZE = 50

export const statementQuery = infiniteQueryOptions({
  queryKey: ['wallet', 'statement'],
  queryFn: ({ pageParam }) =>
    ok(
      api.GET('/api/wallet/statement', {
        params: { query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (last) => last.next ?? undefined,
})

/** The hours behind a charge; a posted charge never changes. */
export const linesQuery = (id: string) =>
  queryOptions({
    queryKey: ['wallet', 'lines', id],
    queryFn: () => ok(api.GET('/api/wallet/statement/{id}/lines', { params: { path: { id } } })),
  })

/** The whole statement as CSV, with exact amounts. */
export const exportStatement = () => ok(api.GET('/api/wallet/statement.csv', { parseAs: 'blob' }))
