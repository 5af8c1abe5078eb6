import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invitationsQuery, membersQuery, orgQuery, orgSecurityQuery } from '@/features/org/api/queries'
import { api, apiOf, ok } from '@/lib/api/client'
import { meQuery } from '@/lib/api/queries'
import { renew, renewals, SESSION_LOCK } from '@/lib/api/renew'
import { announceSignedOut } from '@/lib/api/session'
import type { Body, OrgRole } from '@/lib/api/types'
import { oneAtATime } from '@/lib/lock'
import { useOrg } from '@/lib/use-org'

/** Renews the session, whose token names the memberships, and reads them again. */
function useRenewMemberships() {
  const client = useQueryClient()
  return async () => {
    await renew(renewals(), true)
    await client.fetchQuery({ ...meQuery, staleTime: 0 })
  }
}

export function useChangeOrg() {
  const { id: org } = useOrg()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/orgs/{org}', 'patch'>) =>
      ok(apiOf(org).PATCH('/api/orgs/{org}', { params: { path: { org } }, body })),
    onSuccess: (changed) => {
      client.setQueryData(orgQuery(org).queryKey, changed)
      void client.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
}

export function useChangeBilling() {
  const { id: org } = useOrg()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/orgs/{org}/billing', 'patch'>) =>
      ok(apiOf(org).PATCH('/api/orgs/{org}/billing', { params: { path: { org } }, body })),
    onSuccess: (changed) => client.setQueryData(orgQuery(org).queryKey, changed),
  })
}

export function useChangeSecurity() {
  const { id: org } = useOrg()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/orgs/{org}/security', 'patch'>) =>
      ok(apiOf(org).PATCH('/api/orgs/{org}/security', { params: { path: { org } }, body })),
    onSuccess: (changed) => client.setQueryData(orgSecurityQuery(org).queryKey, changed),
  })
}

export function useDeleteOrg() {
  const { id: org } = useOrg()
  const renewed = useRenewMemberships()
  return useMutation({
    mutationFn: async (name: string) => {
      await ok(apiOf(org).DELETE('/api/orgs/{org}', { params: { path: { org } }, body: { name } }))
      await renewed()
    },
  })
}

export function useLeaveOrg() {
  const { id: org } = useOrg()
  const renewed = useRenewMemberships()
  return useMutation({
    mutationFn: async () => {
      await ok(apiOf(org).POST('/api/orgs/{org}/leave', { params: { path: { org } } }))
      await renewed()
    },
  })
}

/** What follows a change of members or invitations. */
function useStale(org: string) {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: membersQuery(org).queryKey })
    void client.invalidateQueries({ queryKey: invitationsQuery(org).queryKey })
    void client.invalidateQueries({ queryKey: orgQuery(org).queryKey })
  }
}

export function useInvite() {
  const { id: org } = useOrg()
  return useMutation({
    mutationFn: (body: { email: string; role: OrgRole }) =>
      ok(apiOf(org).POST('/api/orgs/{org}/invitations', { params: { path: { org } }, body })),
    onSuccess: useStale(org),
  })
}

export function useRevokeInvitation() {
  const { id: org } = useOrg()
  return useMutation({
    mutationFn: (id: string) =>
      ok(apiOf(org).DELETE('/api/orgs/{org}/invitations/{id}', { params: { path: { org, id } } })),
    onSuccess: useStale(org),
  })
}

export function useChangeMember(user: string) {
  const { id: org } = useOrg()
  return useMutation({
    mutationFn: (role: OrgRole) =>
      ok(apiOf(org).PATCH('/api/orgs/{org}/members/{user}', { params: { path: { org, user } }, body: { role } })),
    onSuccess: useStale(org),
  })
}

export function useRemoveMember(user: string) {
  const { id: org } = useOrg()
  return useMutation({
    mutationFn: () => ok(apiOf(org).DELETE('/api/orgs/{org}/members/{user}', { params: { path: { org, user } } })),
    onSuccess: useStale(org),
  })
}

export function useAcceptInvitation() {
  const renewed = useRenewMemberships()
  return useMutation({
    mutationFn: async (token: string) => {
      const joined = await ok(api.POST('/api/invitations/accept', { body: { token } }))
      await renewed()
      return joined
    },
  })
}

export function useDeclineInvitation() {
  return useMutation({
    mutationFn: (token: string) => ok(api.POST('/api/invitations/decline', { body: { token } })),
  })
}

/** Signs out, for who holds an invitation of another address. */
export function useSwitchPerson() {
  return useMutation({
    mutationFn: () => oneAtATime(SESSION_LOCK, () => ok(api.POST('/api/auth/logout'))),
    onSuccess: announceSignedOut,
  })
}
