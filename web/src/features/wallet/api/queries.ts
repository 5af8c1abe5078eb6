import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'

const PAGE_SIZE = 50

export const statementQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: [org, 'wallet', 'statement'],
    queryFn: ({ pageParam }) =>
      ok(
        apiOf(org).GET('/api/wallet/statement', {
          params: { query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** The hours behind a charge; a posted charge never changes. */
export const linesQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: [org, 'wallet', 'lines', id],
    queryFn: () => ok(apiOf(org).GET('/api/wallet/statement/{id}/lines', { params: { path: { id } } })),
  })

export const limitsQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'wallet', 'limits'],
    queryFn: () => ok(apiOf(org).GET('/api/wallet/limits')),
  })

/** What was told about the wallet, the newest first. */
export const noticesQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'wallet', 'notices'],
    queryFn: () => ok(apiOf(org).GET('/api/wallet/notices', { params: { query: { limit: 5 } } })),
  })

/** The whole statement as CSV, with exact amounts. */
export const exportStatement = (org: string) => ok(apiOf(org).GET('/api/wallet/statement.csv', { parseAs: 'blob' }))

/** The ledger with all that its hashes cover, which the page `/verify-ledger` checks. */
export const exportProofs = (org: string) => ok(apiOf(org).GET('/api/wallet/proofs.ndjson', { parseAs: 'blob' }))
