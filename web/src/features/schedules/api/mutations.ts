import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { ChangeSchedule } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: ['admin', 'schedules'] })
}

export function useChangeSchedule(name: string) {
  return useMutation({
    mutationFn: (body: ChangeSchedule) =>
      ok(api.PATCH('/api/admin/schedules/{name}', { params: { path: { name } }, body })),
    onSuccess: useStale(),
  })
}

export function useRunSchedule(name: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/schedules/{name}/run', { params: { path: { name } }, body: { reason } })),
    onSuccess: useStale(),
  })
}
