import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'

const TICKS_A_PAGE = 25

export const schedulesQuery = queryOptions({
  queryKey: ['admin', 'schedules', 'list'],
  queryFn: () => ok(api.GET('/api/admin/schedules')),
  refetchInterval: OPERATOR_POLL_MS,
})

/** The newest runs that charged hours. */
export const chargeRunsQuery = queryOptions({
  queryKey: ['admin', 'schedules', 'runs'],
  queryFn: () => ok(api.GET('/api/admin/billing/runs', { params: { query: { limit: 12 } } })),
  refetchInterval: OPERATOR_POLL_MS,
})

export const ticksQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'schedules', 'ticks', name],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/schedules/{name}/ticks', {
          params: { path: { name }, query: { limit: TICKS_A_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** The next ticks of an expression as the scheduler reads it. It changes nothing. */
export const previewQuery = (cron: string) =>
  queryOptions({
    queryKey: ['preview', cron],
    queryFn: () => ok(api.POST('/api/admin/schedules/preview', { body: { cron } })),
    enabled: cron !== '',
    retry: false,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  })
