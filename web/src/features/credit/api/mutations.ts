import { useMutation, useQueryClient } from '@tanstack/react-query'
import { creditLimitQuery } from '@/features/credit/api/queries'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

/** What a decision changes: the list, and the customer whose credit it is. */
function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'credit'] })
    void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
  }
}

export function useApproveCredit(id: string) {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/billing/credits/{id}/approve', { params: { path: { id } } })),
    onSettled: useStale(),
    meta: { toast: 'The credit was given' },
  })
}

export function useDeclineCredit(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/billing/credits/{id}/decline', { params: { path: { id } }, body: { reason } })),
    onSettled: useStale(),
    meta: { toast: 'The credit was declined' },
  })
}

export function useSetCreditLimit() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/credit-limit', 'put'>) =>
      ok(api.PUT('/api/admin/billing/credit-limit', { body })),
    onSuccess: (limit) => client.setQueryData(creditLimitQuery.queryKey, limit),
    meta: { toast: 'Saved' },
  })
}

export function useCreatePromo() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/promos', 'post'>) =>
      ok(api.POST('/api/admin/billing/promos', { body })),
    onSuccess: useStale(),
    meta: { toast: 'The code can be used now' },
  })
}

export function useEndPromo(id: string) {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/billing/promos/{id}/end', { params: { path: { id } } })),
    onSuccess: useStale(),
    meta: { toast: 'The code ended' },
  })
}
