import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'clouds'] })
    void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
  }
}

export function useConnectCloud() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/clouds', 'post'>) => ok(api.POST('/api/admin/clouds', { body })),
    onSuccess: useStale(),
  })
}

export function useChangeCloud(id: string, toast?: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/clouds/{id}', 'patch'>) =>
      ok(api.PATCH('/api/admin/clouds/{id}', { params: { path: { id } }, body })),
    onSuccess: useStale(),
    ...(toast ? { meta: { toast } } : {}),
  })
}

export function useSyncCloud(id: string) {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/clouds/{id}/sync', { params: { path: { id } } })),
    onSuccess: useStale(),
    meta: { toast: 'The sync could not be started' },
  })
}

export function useRemoveCloud(id: string) {
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/admin/clouds/{id}', { params: { path: { id } } })),
    onSuccess: useStale(),
  })
}

/** Allows what was shown; a comparison then does it. */
export function useReleaseCloud(id: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/clouds/{id}/release', 'post'>) =>
      ok(api.POST('/api/admin/clouds/{id}/release', { params: { path: { id } }, body })),
    onSuccess: useStale(),
  })
}

/** Whether jobs that need this cloud run. */
export function usePauseCloud(id: string, paused: boolean) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(
        api.POST(paused ? '/api/admin/clouds/{id}/pause' : '/api/admin/clouds/{id}/resume', {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    onSuccess: useStale(),
  })
}
