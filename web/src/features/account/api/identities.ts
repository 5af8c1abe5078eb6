import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { leaveFor } from '@/lib/elsewhere'

/** By which issuers' word the person signs in. */
export const identitiesQuery = queryOptions({
  queryKey: ['account', 'identities'],
  queryFn: () => ok(api.GET('/api/auth/identities')),
})

/** Leaves for the issuer; who signs in there is linked when the browser is back. */
export function useLinkIdentity() {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/identities', { body: { back: '/account/security' } })),
    onSuccess: ({ address }) => leaveFor(address),
  })
}

export function useUnlinkIdentity() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/api/auth/identities/{id}', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: identitiesQuery.queryKey }),
  })
}
