import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: ['admin', 'tax'] })
}

export function useCreateRule() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/tax', 'post'>) => ok(api.POST('/api/admin/billing/tax', { body })),
    onSuccess: useStale(),
    meta: { toast: 'The rule was written' },
  })
}

export function useEndRule(id: string) {
  return useMutation({
    mutationFn: (valid_to: string) =>
      ok(api.PATCH('/api/admin/billing/tax/{id}', { params: { path: { id } }, body: { valid_to } })),
    onSuccess: useStale(),
    meta: { toast: 'The rule ends on that day' },
  })
}

export function useChangeDetails() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/details', 'patch'>) =>
      ok(api.PATCH('/api/admin/billing/details', { body })),
    onSuccess: useStale(),
    meta: { toast: 'Saved' },
  })
}
