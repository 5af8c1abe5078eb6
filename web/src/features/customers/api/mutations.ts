import { useMutation, useQueryClient } from '@tanstack/react-query'
import { quotasQuery, securityQuery, taxIdQuery } from '@/features/customers/api/queries'
import { api, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Body } from '@/lib/api/types'

interface Credit {
  body: Body<'/api/admin/customers/{org}/credit', 'post'>
  key: string
}

/** What the credit would write and mean. */
export const askCredit = async (org: string, body: Credit['body']) =>
  would(await ok(api.POST('/api/admin/customers/{org}/credit', { params: { path: { org }, ...asking() }, body })))

export function useGiveCredit(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ body, key }: Credit) =>
      done(
        await ok(
          api.POST('/api/admin/customers/{org}/credit', {
            params: { path: { org }, header: { 'Idempotency-Key': key } },
            body,
          }),
        ),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
      void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
      void client.invalidateQueries({ queryKey: ['admin', 'credit'] })
      void client.invalidateQueries({ queryKey: [org, 'wallet'] })
    },
  })
}

export function useChangeQuotas(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/customers/{org}/quotas', 'patch'>) =>
      ok(api.PATCH('/api/admin/customers/{org}/quotas', { params: { path: { org } }, body })),
    onSuccess: (changed) => client.setQueryData(quotasQuery(org).queryKey, changed),
  })
}

/** To what a new organisation may have. */
export function useResetQuotas(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/customers/{org}/quotas/reset', { params: { path: { org } }, body: { reason } })),
    onSuccess: (changed) => client.setQueryData(quotasQuery(org).queryKey, changed),
  })
}

export function useLiftNetworks(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/customers/{org}/lift-networks', { params: { path: { org } }, body: { reason } })),
    onSuccess: (lifted) => client.setQueryData(securityQuery(org).queryKey, lifted),
  })
}

/** What the tax office said of its VAT ID. */
export function useConfirmTaxId(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/customers/{org}/tax-id', 'put'>) =>
      ok(api.PUT('/api/admin/customers/{org}/tax-id', { params: { path: { org } }, body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['admin', 'activity'] })
      return client.invalidateQueries({ queryKey: taxIdQuery(org).queryKey })
    },
  })
}

export function useWriteNote(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: string) =>
      ok(api.POST('/api/admin/customers/{org}/notes', { params: { path: { org } }, body: { body } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin', 'customers', 'notes', org] }),
  })
}

export function useDeleteNote(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE('/api/admin/customers/{org}/notes/{id}', { params: { path: { org, id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin', 'customers', 'notes', org] }),
  })
}
