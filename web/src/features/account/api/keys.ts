import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

export type NewKey = Body<'/api/keys', 'post'>

/** The keys of an organisation: one's own, or everybody's. */
export const keysQuery = (org: string, all: boolean) =>
  queryOptions({
    queryKey: [org, 'key', 'list', { all }],
    queryFn: () => ok(apiOf(org).GET('/api/keys', { params: { query: { all } } })),
  })

function useStale(org: string) {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: [org, 'key'] })
}

export function useMakeKey(org: string) {
  const stale = useStale(org)
  return useMutation({
    mutationFn: (body: NewKey) => ok(apiOf(org).POST('/api/keys', { body })),
    onSuccess: stale,
  })
}

export function useRotateKey(org: string, id: string) {
  const stale = useStale(org)
  return useMutation({
    mutationFn: (overlapHours: number) =>
      ok(apiOf(org).POST('/api/keys/{id}/rotate', { params: { path: { id } }, body: { overlap_h: overlapHours } })),
    onSuccess: stale,
  })
}

export function useRevokeKey(org: string, id: string) {
  const stale = useStale(org)
  return useMutation({
    mutationFn: () => ok(apiOf(org).DELETE('/api/keys/{id}', { params: { path: { id } } })),
    onSuccess: stale,
  })
}
