import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'plans'] })
    void client.invalidateQueries({ queryKey: ['plans'] })
  }
}

export function useCreatePlan() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/plans', 'post'>) => ok(api.POST('/api/admin/plans', { body })),
    onSuccess: useStale(),
  })
}

export function useChangePlan(id: string, toast?: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/plans/{id}', 'patch'>) =>
      ok(api.PATCH('/api/admin/plans/{id}', { params: { path: { id } }, body })),
    onSuccess: useStale(),
    ...(toast ? { meta: { toast } } : {}),
  })
}

export function useDeletePlan(id: string) {
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/admin/plans/{id}', { params: { path: { id } } })),
    onSuccess: useStale(),
  })
}
