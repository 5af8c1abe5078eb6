import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

const SLOW_CHANGING_MS = 60_000
const JOBS_A_PAGE = 20

export const vpsQuery = (id: string) =>
  queryOptions({
    queryKey: ['vps', 'one', id],
    queryFn: () => ok(api.GET('/api/vps/{id}', { params: { path: { id } } })),
  })

export const vpsJobsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['vps', 'jobs', id],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/vps/{id}/jobs', {
          params: { path: { id }, query: { limit: JOBS_A_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** What this server costs, and what changes when it goes. */
export const vpsQuoteQuery = (id: string) =>
  queryOptions({
    queryKey: ['vps', 'quote', id],
    queryFn: () => ok(api.GET('/api/vps/{id}/quote', { params: { path: { id } } })),
  })

/** How many servers the organisation has, and may have. Under `vps`: it moves with them. */
export const quotaQuery = queryOptions({
  queryKey: ['vps', 'quota'],
  queryFn: () => ok(api.GET('/api/quota')),
})

/** The keys that existing servers were created with. */
export const usedKeysQuery = queryOptions({
  queryKey: ['vps', 'keys'],
  queryFn: () => ok(api.GET('/api/ssh-keys')),
  staleTime: SLOW_CHANGING_MS,
})

export const regionsQuery = (planId: string) =>
  queryOptions({
    queryKey: ['plans', 'regions', planId],
    queryFn: () => ok(api.GET('/api/plans/{id}/regions', { params: { path: { id: planId } } })),
    staleTime: SLOW_CHANGING_MS,
    enabled: planId !== '',
  })

export const imagesQuery = (planId: string) =>
  queryOptions({
    queryKey: ['plans', 'images', planId],
    queryFn: () => ok(api.GET('/api/plans/{id}/images', { params: { path: { id: planId } } })),
    staleTime: SLOW_CHANGING_MS,
    enabled: planId !== '',
  })

/**
 * What an order of this plan would hold now, and how long the rest lasts: in a region, which may have its own price.
 * Under `wallet`: it moves with the balance.
 */
export const planQuoteQuery = (planId: string, region: string) =>
  queryOptions({
    queryKey: ['wallet', 'plan-quote', planId, region],
    queryFn: () =>
      ok(
        api.GET('/api/plans/{id}/quote', {
          params: { path: { id: planId }, ...(region ? { query: { region } } : {}) },
        }),
      ),
    enabled: planId !== '',
  })
