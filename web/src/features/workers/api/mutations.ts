import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

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
