import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'
import type { BulkAction, JobFilter, StatisticsWindow } from '@/lib/api/types'
import { isOpenJob } from '@/lib/status'

export const jobsQuery = (filter: JobFilter & { cursor?: string; limit?: number }) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/jobs', { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: OPERATOR_POLL_MS,
  })

export const jobCountsQuery = queryOptions({
  queryKey: ['admin', 'jobs', 'counts'],
  queryFn: () => ok(api.GET('/api/admin/jobs/counts')),
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

export const statisticsQuery = (window: StatisticsWindow, filter: Pick<JobFilter, 'kind' | 'queue' | 'cloud'>) =>
  queryOptions({
    queryKey: ['statistics', 'jobs', window, filter],
    queryFn: () => ok(api.GET('/api/admin/jobs/statistics', { params: { query: { window, ...filter } } })),
    placeholderData: keepPreviousData,
    staleTime: STATISTICS_POLL_MS[window],
    refetchInterval: STATISTICS_POLL_MS[window],
  })

/** How many jobs a bulk action would take, and a few of them. It changes nothing. */
export const bulkCountQuery = (action: BulkAction, filter: JobFilter) =>
  queryOptions({
    queryKey: ['bulk', action, filter],
    queryFn: () => ok(api.POST('/api/admin/jobs/bulk', { body: { action, filter, dry_run: true } })),
    // Counted again each time the dialog opens, and not while it is open.
    staleTime: Infinity,
    gcTime: 0,
  })
