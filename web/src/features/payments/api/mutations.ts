import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Body } from '@/lib/api/types'

interface GiveBack {
  body: Body<'/api/admin/billing/payments/{id}/refunds', 'post'>
  key: string
}

const PAYMENTS = { queryKey: ['admin', 'payments'] }

/** What the refund would write and mean. */
export const askRefund = async (id: string, body: GiveBack['body']) =>
  would(await ok(api.POST('/api/admin/billing/payments/{id}/refunds', { params: { path: { id }, ...asking() }, body })))

export function useRefund(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ body, key }: GiveBack) =>
      done(
        await ok(
          api.POST('/api/admin/billing/payments/{id}/refunds', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body,
          }),
        ),
      ),
    onSuccess: () => client.invalidateQueries(PAYMENTS),
  })
}

/** The provider is asked now how the payment stands. */
export function useSettle(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/billing/payments/{id}/settle', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries(PAYMENTS),
  })
}

export function useAllocate(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/unallocated/{id}/allocate', 'post'>) =>
      ok(api.POST('/api/admin/billing/unallocated/{id}/allocate', { params: { path: { id } }, body })),
    onSuccess: () => client.invalidateQueries(PAYMENTS),
  })
}

export function useRecordPayout() {
  return useMutation({
    mutationFn: ({ body, key }: { body: Body<'/api/admin/billing/payouts', 'post'>; key: string }) =>
      ok(api.POST('/api/admin/billing/payouts', { params: { header: { 'Idempotency-Key': key } }, body })),
  })
}
