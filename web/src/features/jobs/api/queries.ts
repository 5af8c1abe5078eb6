import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'
import type { AdminJob, Body, BulkAction, JobFilter, Queue, StatisticsWindow, TuneQueue } from '@/lib/api/types'
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

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'jobs'] })
    void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
  }
}

function useTake() {
  const client = useQueryClient()
  const stale = useStale()
  return (job: AdminJob) => {
    client.setQueryData(jobQuery(job.id).queryKey, job)
    stale()
  }
}

export function useRetryJob(id: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/jobs/{id}/retry', 'post'>) =>
      ok(api.POST('/api/admin/jobs/{id}/retry', { params: { path: { id } }, body })),
    onSuccess: useTake(),
  })
}

export function useCancelJob(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/jobs/{id}/cancel', { params: { path: { id } }, body: { reason } })),
    onSuccess: useTake(),
  })
}

export function useDiscardJob(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/jobs/{id}/discard', { params: { path: { id } }, body: { reason } })),
    onSuccess: useTake(),
  })
}

/** How many jobs a bulk action would take, and a few of them. It changes nothing. */
export const bulkCountQuery = (action: BulkAction, filter: JobFilter) =>
  queryOptions({
    queryKey: ['bulk', action, filter],
    queryFn: () => ok(api.POST('/api/admin/jobs/bulk', { body: { action, filter, dry_run: true } })),
    // Counted anew each time somebody asks, and not under their eyes.
    staleTime: Infinity,
    gcTime: 0,
  })

export function useBulk(action: BulkAction, filter: JobFilter) {
  return useMutation({
    mutationFn: ({ reason, expected }: { reason: string; expected: number }) =>
      ok(api.POST('/api/admin/jobs/bulk', { body: { action, filter, reason, dry_run: false, expected } })),
    onSuccess: useStale(),
  })
}

export function useQueuePause(queue: Queue, paused: boolean) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(
        api.POST(paused ? '/api/admin/queues/{queue}/pause' : '/api/admin/queues/{queue}/resume', {
          params: { path: { queue } },
          body: { reason },
        }),
      ),
    onSuccess: useStale(),
  })
}

export function useTuneQueue(queue: Queue) {
  return useMutation({
    mutationFn: (body: TuneQueue) => ok(api.PATCH('/api/admin/queues/{queue}', { params: { path: { queue } }, body })),
    onSuccess: useStale(),
  })
}
