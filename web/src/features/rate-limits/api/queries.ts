import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

/** Counts are written once a minute; this page need not ask more often than that brings news. */
const POLL_MS = 15_000

export const limitsQuery = queryOptions({
  queryKey: ['admin', 'limits', 'figures'],
  queryFn: () => ok(api.GET('/api/admin/limits')),
  refetchInterval: POLL_MS,
})

export const overridesQuery = queryOptions({
  queryKey: ['admin', 'limits', 'overrides'],
  queryFn: () => ok(api.GET('/api/admin/rate-overrides')),
})
