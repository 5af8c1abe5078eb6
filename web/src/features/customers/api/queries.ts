import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

const PAGE_SIZE = 50
const VERSIONS = 10

export const customerQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'one', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}', { params: { path: { org } } })),
  })

export const customerStatementQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'customers', 'statement', org],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/customers/{org}/statement', {
          params: { path: { org }, query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

export const membersQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'members', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/members', { params: { path: { org } } })),
  })

export const quotasQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'quotas', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/quotas', { params: { path: { org } } })),
  })

export const securityQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'security', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/security', { params: { path: { org } } })),
  })

export const notesQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'customers', 'notes', org],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/customers/{org}/notes', {
          params: { path: { org }, query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** The number for tax, and its last confirmation. */
export const taxIdQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'tax-id', org],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/tax-id', { params: { path: { org } } })),
  })

export const billingHistoryQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'customers', 'billing-history', org],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/admin/customers/{org}/billing/history', {
          params: { path: { org }, query: { limit: VERSIONS, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** Credit that waits for another administrator. */
export const waitingCreditQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'waiting-credit', org],
    queryFn: () => ok(api.GET('/api/admin/billing/credits', { params: { query: { org, waiting: true, limit: 20 } } })),
  })
