import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Body } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: ['admin', 'invoices'] })
}

export function useIssueInvoice() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/invoices', 'post'>) =>
      ok(api.POST('/api/admin/billing/invoices', { body })),
    onSuccess: useStale(),
    meta: { toast: 'The invoice is being issued' },
  })
}

interface GiveBack {
  body: Body<'/api/admin/billing/invoices/{id}/credit-note', 'post'>
  key: string
}

/** What giving it back would write and mean. */
export const askGiveBack = async (id: string, body: GiveBack['body']) =>
  would(
    await ok(api.POST('/api/admin/billing/invoices/{id}/credit-note', { params: { path: { id }, ...asking() }, body })),
  )

export function useGiveBack(id: string) {
  return useMutation({
    mutationFn: async ({ body, key }: GiveBack) =>
      done(
        await ok(
          api.POST('/api/admin/billing/invoices/{id}/credit-note', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body,
          }),
        ),
      ),
    onSuccess: useStale(),
    meta: { toast: 'The money is in the wallet, and the credit note is being issued' },
  })
}
