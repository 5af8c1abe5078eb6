import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { OverviewWindow, Setup } from '@/lib/api/types'

export const overviewQuery = queryOptions({
  queryKey: ['admin', 'overview', 'now'],
  queryFn: () => ok(api.GET('/api/admin/overview')),
  refetchInterval: 60_000,
})

/** The past changes by the hour: not fetched at each event. */
export const serverHistoryQuery = (window: OverviewWindow) =>
  queryOptions({
    queryKey: ['overview', 'servers', window],
    queryFn: () => ok(api.GET('/api/admin/overview/servers', { params: { query: { window } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchInterval: 300_000,
  })

/** Ends the alert about characters that a document lacks. */
export function useDismissGlyphs() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.POST('/api/admin/billing/invoices/{id}/glyphs/dismiss', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }),
    meta: { toast: 'The alert was not dismissed' },
  })
}

const SENDING_MS = 2000

export const setupQuery = queryOptions({
  queryKey: ['admin', 'setup'],
  queryFn: () => ok(api.GET('/api/admin/setup')),
  refetchInterval: (query) => (query.state.data?.mail_sending ? SENDING_MS : false),
})

export function useChangeSetup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Partial<Pick<Setup, 'backups' | 'hidden'>>) => ok(api.PATCH('/api/admin/setup', { body })),
    onSuccess: (setup) => client.setQueryData(setupQuery.queryKey, setup),
  })
}

export function useTestMail() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/api/admin/setup/mail')),
    onSuccess: () => client.invalidateQueries({ queryKey: setupQuery.queryKey }),
  })
}

const SAMPLE_LOOKS = 40
const SAMPLE_PAUSE_MS = 750

/** Connects the simulated cloud, then asks again until its catalog was read and plans are on sale. */
export function useSample() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      for (let look = 0; look < SAMPLE_LOOKS; look += 1) {
        const setup = await ok(api.POST('/api/admin/setup/sample'))
        if (setup.plans) return setup
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_PAUSE_MS))
      }
      throw new Error('The simulated cloud was connected, and its catalog has not been read yet. Is a worker running?')
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['admin'] }),
  })
}
