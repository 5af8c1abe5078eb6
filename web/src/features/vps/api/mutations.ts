import { useMutation, useQueryClient } from '@tanstack/react-query'
import { vpsQuery } from '@/features/vps/api/queries'
import { apiOf, ok } from '@/lib/api/client'
import { toProblem } from '@/lib/api/problem'
import { done } from '@/lib/api/quote'
import type { Body, Vps } from '@/lib/api/types'
import { vpsNow } from '@/lib/status'
import { useOrg } from '@/lib/use-org'
import { useToasts } from '@/stores/toasts'

export type CreateVps = Body<'/api/vps', 'post'>
export type PowerAction = Body<'/api/vps/{id}/action', 'post'>['action']

/** Shows the server's new state at once; the stream tells the rest. */
function useTake(org: string) {
  const client = useQueryClient()
  return (vps: Vps) => {
    client.setQueryData(vpsQuery(org, vps.id).queryKey, vps)
    void client.invalidateQueries({ queryKey: [org, 'vps', 'list'] })
    void client.invalidateQueries({ queryKey: [org, 'vps', 'jobs', vps.id] })
    void client.invalidateQueries({ queryKey: [org, 'vps', 'quote', vps.id] })
    void client.invalidateQueries({ queryKey: [org, 'wallet'] })
  }
}

export function useCreateVps() {
  const { id: org } = useOrg()
  const take = useTake(org)
  return useMutation({
    mutationFn: async ({ body, key }: { body: CreateVps; key: string }) =>
      done(await ok(apiOf(org).POST('/api/vps', { body, params: { header: { 'Idempotency-Key': key } } }))),
    onSuccess: ({ vps }) => take(vps),
  })
}

/** Switches a server. One that is busy already is no error: its page says with what, and so does one quiet line. */
export function usePower({ id, label }: Pick<Vps, 'id' | 'label'>, action: PowerAction) {
  const { id: org } = useOrg()
  const take = useTake(org)
  return useMutation({
    mutationFn: async () => {
      try {
        return (await ok(apiOf(org).POST('/api/vps/{id}/action', { params: { path: { id } }, body: { action } }))).vps
      } catch (error) {
        if (toProblem(error).code !== 'busy') throw error
        const vps = await ok(apiOf(org).GET('/api/vps/{id}', { params: { path: { id } } }))
        // Nothing is in progress any more: then it was refused for nothing, and may be asked for again.
        if (!vps.job) throw error
        const now = vpsNow(vps).words.replace('…', '')
        useToasts.getState().push({ tone: 'info', title: `${vps.label}: already ${now.toLowerCase()}` })
        return vps
      }
    },
    onSuccess: take,
    // The others are asked for in a dialog, which says itself what went wrong.
    meta: action === 'boot' ? { toast: `${label} was not booted` } : {},
  })
}

/** The customer's own words for a server: its name, its tags, its notes. */
export function useChangeVps(id: string) {
  const { id: org } = useOrg()
  const take = useTake(org)
  return useMutation({
    mutationFn: (body: Body<'/api/vps/{id}', 'patch'>) =>
      ok(apiOf(org).PATCH('/api/vps/{id}', { params: { path: { id } }, body })),
    onSuccess: take,
  })
}

export function useDeleteVps(id: string) {
  const { id: org } = useOrg()
  const take = useTake(org)
  return useMutation({
    mutationFn: (label: string) =>
      ok(apiOf(org).DELETE('/api/vps/{id}', { params: { path: { id } }, body: { label } })),
    onSuccess: ({ vps }) => take(vps),
  })
}
