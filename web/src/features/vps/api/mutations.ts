import { useMutation, useQueryClient } from '@tanstack/react-query'
import { vpsQuery } from '@/features/vps/api/queries'
import { api, ok } from '@/lib/api/client'
import type { Body, Vps } from '@/lib/api/types'

export type CreateVps = Body<'/api/vps', 'post'>
export type PowerAction = Body<'/api/vps/{id}/action', 'post'>['action']

/** Shows the server's new state at once; the stream tells the rest. */
function useTake() {
  const client = useQueryClient()
  return (vps: Vps) => {
    client.setQueryData(vpsQuery(vps.id).queryKey, vps)
    void client.invalidateQueries({ queryKey: ['vps', 'list'] })
    void client.invalidateQueries({ queryKey: ['vps', 'jobs', vps.id] })
    void client.invalidateQueries({ queryKey: ['vps', 'quote', vps.id] })
    void client.invalidateQueries({ queryKey: ['wallet'] })
  }
}

export function useCreateVps() {
  const take = useTake()
  return useMutation({
    mutationFn: ({ body, key }: { body: CreateVps; key: string }) =>
      ok(api.POST('/api/vps', { body, params: { header: { 'Idempotency-Key': key } } })),
    onSuccess: ({ vps }) => take(vps),
  })
}

const NOT_DONE: Record<PowerAction, string> = {
  boot: 'Server was not booted',
  shutdown: 'Server was not shut down',
  reboot: 'Server was not rebooted',
}

export function usePower(id: string, action: PowerAction) {
  const take = useTake()
  return useMutation({
    mutationFn: () => ok(api.POST('/api/vps/{id}/action', { params: { path: { id } }, body: { action } })),
    onSuccess: ({ vps }) => take(vps),
    meta: { toast: NOT_DONE[action] },
  })
}

export function useRenameVps(id: string) {
  const take = useTake()
  return useMutation({
    mutationFn: (label: string) => ok(api.PATCH('/api/vps/{id}', { params: { path: { id } }, body: { label } })),
    onSuccess: take,
  })
}

export function useDeleteVps(id: string) {
  const take = useTake()
  return useMutation({
    mutationFn: (label: string) => ok(api.DELETE('/api/vps/{id}', { params: { path: { id } }, body: { label } })),
    onSuccess: ({ vps }) => take(vps),
  })
}
