import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'

const SLOW_CHANGING_MS = 60_000
const JOBS_A_PAGE = 20

export const vpsQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: [org, 'vps', 'one', id],
    queryFn: () => ok(apiOf(org).GET('/api/vps/{id}', { params: { path: { id } } })),
  })

export const vpsJobsQuery = (org: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [org, 'vps', 'jobs', id],
    queryFn: ({ pageParam }) =>
      ok(
        apiOf(org).GET('/api/vps/{id}/jobs', {
          params: { path: { id }, query: { limit: JOBS_A_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** What this server costs, and what changes when it goes. */
export const vpsQuoteQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: [org, 'vps', 'quote', id],
    queryFn: () => ok(apiOf(org).GET('/api/vps/{id}/quote', { params: { path: { id } } })),
  })

/** How many servers the organisation has, and may have. Under `vps`: it moves with them. */
export const quotaQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'vps', 'quota'],
    queryFn: () => ok(apiOf(org).GET('/api/quota')),
  })

/** The keys that existing servers were created with. */
export const usedKeysQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'vps', 'keys'],
    queryFn: () => ok(apiOf(org).GET('/api/ssh-keys')),
    staleTime: SLOW_CHANGING_MS,
  })

export const regionsQuery = (org: string, planId: string) =>
  queryOptions({
    queryKey: [org, 'plans', 'regions', planId],
    queryFn: () => ok(apiOf(org).GET('/api/plans/{id}/regions', { params: { path: { id: planId } } })),
    staleTime: SLOW_CHANGING_MS,
    enabled: planId !== '',
  })

export const imagesQuery = (org: string, planId: string) =>
  queryOptions({
    queryKey: [org, 'plans', 'images', planId],
    queryFn: () => ok(apiOf(org).GET('/api/plans/{id}/images', { params: { path: { id: planId } } })),
    staleTime: SLOW_CHANGING_MS,
    enabled: planId !== '',
  })

/**
 * What an order of this plan would hold now, and how long the rest lasts: in a region, which may have its own price.
 * Under `wallet`: it moves with the balance.
 */
export const planQuoteQuery = (org: string, planId: string, region: string) =>
  queryOptions({
    queryKey: [org, 'wallet', 'plan-quote', planId, region],
    queryFn: () =>
      ok(
        apiOf(org).GET('/api/plans/{id}/quote', {
          params: { path: { id: planId }, ...(region ? { query: { region } } : {}) },
        }),
      ),
    enabled: planId !== '',
  })
