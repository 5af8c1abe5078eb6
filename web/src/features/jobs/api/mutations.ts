import { useMutation, useQueryClient } from '@tanstack/react-query'
import { jobQuery } from '@/features/jobs/api/queries'
import { api, ok } from '@/lib/api/client'
import type { AdminJob, Body, BulkAction, BulkFilter, Queue, TuneQueue } from '@/lib/api/types'

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

export function useBulkJobs(action: BulkAction, filter: BulkFilter) {
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
