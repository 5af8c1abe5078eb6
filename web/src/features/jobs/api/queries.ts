import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { AdminJob } from '@/lib/api/types'

export interface JobFilter {
  state?: string
  kind?: string
  queue?: string
  org?: string
  q?: string
  cursor?: string
  limit?: number
}

export const jobsQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/jobs', { params: { query: filter as never } })),
    placeholderData: keepPreviousData,
  })

export const jobCountsQuery = queryOptions({
  queryKey: ['admin', 'jobs', 'counts'],
  queryFn: () => ok(api.GET('/api/admin/jobs/counts')),
})

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/jobs/{id}', { params: { path: { id } } })),
  })

function useTake() {
  const client = useQueryClient()
  return (job: AdminJob) => {
    // The answer may leave out the timeline; the refetch brings it.
    client.setQueryData<AdminJob>(jobQuery(job.id).queryKey, (old) => ({ ...job, timeline: job.timeline ?? old?.timeline ?? [] }))
    void client.invalidateQueries({ queryKey: ['admin', 'jobs'] })
    void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
  }
}

const bodyOf = (reason: string) => (reason ? { reason } : {})

export function useRetryJob(id: string) {
  return useMutation({
    mutationFn: (reason: string) => ok(api.POST('/api/admin/jobs/{id}/retry', { params: { path: { id } }, body: bodyOf(reason) })),
    onSuccess: useTake(),
  })
}

export function useCancelJob(id: string) {
  return useMutation({
    mutationFn: (reason: string) => ok(api.POST('/api/admin/jobs/{id}/cancel', { params: { path: { id } }, body: bodyOf(reason) })),
    onSuccess: useTake(),
  })
}
