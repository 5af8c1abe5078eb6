import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query'
import { api, apiOf, ok } from '@/lib/api/client'
import { Problem } from '@/lib/api/problem'
import { actFor, forgetSession, hasSessionHint } from '@/lib/api/session'
import type {
  ActFilter,
  ActivityFilter,
  AdminVpsFilter,
  CustomerFilter,
  JobFilter,
  Me,
  VpsFilter,
} from '@/lib/api/types'
import { serverNow } from '@/lib/clock'

/** Reads that more than one feature shows. A feature's own reads are in its `api/` folder. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: () => ok(api.GET('/api/config')),
  staleTime: Infinity,
})

/** Who is signed in; null for a visitor. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    if (!hasSessionHint()) return null
    try {
      const me = await ok(api.GET('/api/auth/me'))
      actFor(me.user.id)
      return me
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      if (hasSessionHint()) forgetSession()
      return null
    }
  },
  staleTime: 5 * 60_000,
})

/** What the person has enrolled beside their password. */
export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: () => ok(api.GET('/api/auth/factors')),
})
/** What an invitation offers, by its token; nothing is spent by looking. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => ok(api.POST('/api/invitations/look', { body: { token } })),
    staleTime: 60_000,
    retry: false,
  })

/** Forgets every answer that was given to one person. */
export const dropPersonal = (client: QueryClient): void =>
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' && queryKey[0] !== 'me' })

// The keys of what belongs to an organisation begin with its id: nothing of one is ever shown as another's.

export const walletQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'wallet', 'now'],
    queryFn: () => ok(apiOf(org).GET('/api/wallet')),
    // The live balance changes by itself when an hour begins, and the server says when the next one does.
    refetchInterval: ({ state }) => untilChange(state.data?.changes_at),
  })

/** Milliseconds until a figure changes by itself, at least 5 s; false when it does not. */
export function untilChange(at: string | null | undefined, now = serverNow()): number | false {
  return at ? Math.max(5_000, new Date(at).getTime() - now + 1_000) : false
}

export const plansQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'plans', 'list'],
    queryFn: () => ok(apiOf(org).GET('/api/plans')),
    staleTime: 60_000,
  })

export const vpsListQuery = (org: string, filter: VpsFilter) =>
  queryOptions({
    queryKey: [org, 'vps', 'list', filter],
    queryFn: () => ok(apiOf(org).GET('/api/vps', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const activityQuery = (org: string, filter: ActivityFilter) =>
  queryOptions({
    queryKey: [org, 'activity', filter],
    queryFn: () => ok(apiOf(org).GET('/api/activity', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

/** Every plan, on sale or not, for administrators. */
export const adminPlansQuery = queryOptions({
  queryKey: ['admin', 'plans'],
  queryFn: () => ok(api.GET('/api/admin/plans')),
})

/** Who did what and why, for administrators. */
export const actsQuery = (filter: ActFilter) =>
  queryOptions({
    queryKey: ['admin', 'activity', filter],
    queryFn: () => ok(api.GET('/api/admin/activity', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const cloudsQuery = queryOptions({
  queryKey: ['admin', 'clouds', 'list'],
  queryFn: () => ok(api.GET('/api/admin/clouds')),
})

export const cloudCatalogQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'clouds', 'catalog', id],
    queryFn: () => ok(api.GET('/api/admin/clouds/{id}/catalog', { params: { path: { id } } })),
  })

/** Servers of all customers, for administrators. */
export const adminVpsListQuery = (filter: AdminVpsFilter) =>
  queryOptions({
    queryKey: ['admin', 'vps', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/vps', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

/** The newest jobs about one thing, for administrators. */
export const jobsAboutQuery = (filter: JobFilter & { limit: number }) =>
  queryOptions({
    queryKey: ['admin', 'jobs', 'about', filter],
    queryFn: () => ok(api.GET('/api/admin/jobs', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const customersQuery = (filter: CustomerFilter) =>
  queryOptions({
    queryKey: ['admin', 'customers', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/customers', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })
