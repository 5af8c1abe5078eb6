import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { SetRateOverride } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: ['admin', 'limits'] })
}

export function useSetOverride() {
  return useMutation({
    mutationFn: ({ user, body }: { user: string; body: SetRateOverride }) =>
      ok(api.PUT('/api/admin/rate-overrides/{user}', { params: { path: { user } }, body })),
    onSuccess: useStale(),
  })
}

export function useLiftOverride(user: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.DELETE('/api/admin/rate-overrides/{user}', { params: { path: { user } }, body: { reason } })),
    onSuccess: useStale(),
  })
}
