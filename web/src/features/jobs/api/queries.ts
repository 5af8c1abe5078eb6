import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'
import { filterNow, type ListFilter } from '@/features/jobs/filter'
import type { BulkAction, BulkFilter, StatisticsWindow } from '@/lib/api/types'
import { isOpenJob } from '@/lib/status'

export const jobsQuery = (filter: ListFilter, page: { cursor?: string; limit?: number }) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'list', filter, page],
    queryFn: () => ok(api.GET('/api/admin/jobs', { params: { query: { ...page, ...filterNow(filter) } } })),
    placeholderData: keepPreviousData,
    refetchInterval: OPERATOR_POLL_MS,
  })

/** How many jobs there are by state, how many match, and each queue's figures. */
export const jobCountsQuery = (filter: ListFilter = {}) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'counts', filter],
    queryFn: () => ok(api.GET('/api/admin/jobs/counts', { params: { query: filterNow(filter) } })),
    placeholderData: keepPreviousData,
    refetchInterval: OPERATOR_POLL_MS,
  })

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/jobs/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data && !isOpenJob(query.state.data.state) ? false : OPERATOR_POLL_MS),
  })

/** Figures over hours change slowly and cost the database something: not at each event. */
const STATISTICS_POLL_MS: Record<StatisticsWindow, number> = { '1h': 10_000, '24h': 60_000, '7d': 300_000 }

export type ChartFilter = Omit<ListFilter, 'state' | 'attention' | 'range'>

export const statisticsQuery = (window: StatisticsWindow, filter: ChartFilter) =>
  queryOptions({
    queryKey: ['statistics', 'jobs', window, filter],
    queryFn: () =>
      ok(
        api.GET('/api/admin/jobs/statistics', {
          params: { query: filter.since ? filter : { window, ...filter } },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: STATISTICS_POLL_MS[window],
    refetchInterval: STATISTICS_POLL_MS[window],
  })

/** How many jobs a bulk action would take, and a few of them. It changes nothing. */
export const bulkCountQuery = (action: BulkAction, filter: BulkFilter) =>
  queryOptions({
    queryKey: ['bulk', action, filter],
    queryFn: () => ok(api.POST('/api/admin/jobs/bulk', { body: { action, filter, dry_run: true } })),
    // Counted again each time the dialog opens, and not while it is open.
    staleTime: Infinity,
    gcTime: 0,
  })
