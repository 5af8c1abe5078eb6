import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

export const cloudQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'clouds', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/clouds/{id}', { params: { path: { id } } })),
    // The check and the sync are jobs: should the stream be silent, ask while they run.
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? 3000 : false),
  })

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'clouds'] })
    void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
  }
}

export interface NewCloud {
  kind: 'linode'
  name: string
  token: string
  endpoint?: string
}

export function useConnect() {
  return useMutation({ mutationFn: (body: NewCloud) => ok(api.POST('/api/admin/clouds', { body })), onSuccess: useStale() })
}

export interface CloudChange {
  name?: string
  token?: string
  active?: boolean
}

export function useChangeCloud(id: string, toast?: string) {
  return useMutation({
    mutationFn: (body: CloudChange) => ok(api.PATCH('/api/admin/clouds/{id}', { params: { path: { id } }, body })),
    onSuccess: useStale(),
    ...(toast ? { meta: { toast } } : {}),
  })
}

export function useSync(id: string) {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/clouds/{id}/sync', { params: { path: { id } } })),
    onSuccess: useStale(),
    meta: { toast: 'The sync did not begin' },
  })
}

export function useRemove(id: string) {
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/admin/clouds/{id}', { params: { path: { id } } })),
    onSuccess: useStale(),
  })
}
