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

const FILE = { parseAs: 'blob' } as const

/** The whole statement, and the hours behind its charges, with exact amounts. */
export const walletFiles = (org: string) => [
  {
    label: 'Statement, CSV',
    name: 'statement.csv',
    load: () => ok(apiOf(org).GET('/api/wallet/statement.csv', FILE)),
  },
  {
    label: 'Statement, JSON lines',
    name: 'statement.ndjson',
    load: () => ok(apiOf(org).GET('/api/wallet/statement.ndjson', FILE)),
  },
  {
    label: 'Charged hours, CSV',
    name: 'usage.csv',
    load: () => ok(apiOf(org).GET('/api/wallet/usage.csv', FILE)),
  },
  {
    label: 'Charged hours, JSON lines',
    name: 'usage.ndjson',
    load: () => ok(apiOf(org).GET('/api/wallet/usage.ndjson', FILE)),
  },
]

/** The ledger with all that its hashes cover, which the page `/verify-ledger` checks. */
export const exportProofs = (org: string) => ok(apiOf(org).GET('/api/wallet/proofs.ndjson', { parseAs: 'blob' }))
