import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { PriceMove } from '@/lib/api/types'

const PAGE_SIZE = 20

/** Every list of moves; one that is set or taken back is in several. */
export const PRICE_MOVES = ['admin', 'price-moves']

/** Moves of servers to another price, the newest first: of a plan or of a customer. */
export const priceMovesQuery = (of: { plan: string } | { org: string }) =>
  infiniteQueryOptions({
    queryKey: [...PRICE_MOVES, of],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/price-moves', {
          params: { query: { ...of, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** Takes one back before its moment. One that began meanwhile is refused, and the lists say so. */
export function useCancelMove() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: Pick<PriceMove, 'id'>) =>
      ok(api.POST('/api/admin/price-moves/{id}/cancel', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: PRICE_MOVES }),
  })
}
