import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { OPERATOR_POLL_MS } from '@/lib/api/poll'

export const workersQuery = queryOptions({
  queryKey: ['admin', 'workers'],
  queryFn: () => ok(api.GET('/api/admin/workers')),
  refetchInterval: OPERATOR_POLL_MS,
})

export type WorkerLever = 'quiet' | 'wake' | 'stop'

export function useWorkerLever(id: string, lever: WorkerLever) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST(`/api/admin/workers/{id}/${lever}`, { params: { path: { id } }, body: { reason } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['admin', 'workers'] })
      void client.invalidateQueries({ queryKey: ['admin', 'jobs', 'counts'] })
    },
  })
}
