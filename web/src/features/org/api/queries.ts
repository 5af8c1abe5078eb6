import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'

const VERSIONS = 10

export const orgQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'org'],
    queryFn: () => ok(apiOf(org).GET('/api/orgs/{org}', { params: { path: { org } } })),
  })

/** What the organisation said of itself, the newest first. */
export const billingHistoryQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: [org, 'org', 'billing-history'],
    queryFn: ({ pageParam }) =>
      ok(
        apiOf(org).GET('/api/orgs/{org}/billing/history', {
          params: { path: { org }, query: { limit: VERSIONS, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

export const membersQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'member', 'list'],
    queryFn: () => ok(apiOf(org).GET('/api/orgs/{org}/members', { params: { path: { org } } })),
  })

export const orgSecurityQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'org', 'security'],
    queryFn: () => ok(apiOf(org).GET('/api/orgs/{org}/security', { params: { path: { org } } })),
  })

/** Under the members' noun: what happens to an invitation is an event of theirs. */
export const invitationsQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'member', 'invitations'],
    queryFn: () => ok(apiOf(org).GET('/api/orgs/{org}/invitations', { params: { path: { org } } })),
  })
