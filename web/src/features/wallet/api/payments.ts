import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { apiOf, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Money, Payment } from '@/lib/api/types'

const PAGE_SIZE = 20
/** A payment that something will become of is asked about, in case no event arrives. */
const LOOK_MS = 4000
const DECIDED = new Set<Payment['state']>(['credited', 'expired', 'cancelled'])

/** What may be paid now. */
export const offerQuery = (org: string) =>
  queryOptions({
    queryKey: [org, 'payment', 'offer'],
    queryFn: () => ok(apiOf(org).GET('/api/payments/offer')),
  })

export const paymentQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: [org, 'payment', 'one', id],
    queryFn: () => ok(apiOf(org).GET('/api/payments/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && DECIDED.has(state.data.state) ? false : LOOK_MS),
  })

export const paymentsQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: [org, 'payment', 'list'],
    queryFn: ({ pageParam }) =>
      ok(
        apiOf(org).GET('/api/payments', {
          params: { query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** All payments, as files. */
export const paymentFiles = (org: string) => [
  {
    label: 'Payments, CSV',
    name: 'payments.csv',
    load: () => ok(apiOf(org).GET('/api/payments.csv', { parseAs: 'blob' })),
  },
  {
    label: 'Payments, JSON lines',
    name: 'payments.ndjson',
    load: () => ok(apiOf(org).GET('/api/payments.ndjson', { parseAs: 'blob' })),
  },
]
/** What the whole amount would mean once it has arrived. */
export const askPayment = async (org: string, amount: Money) =>
  would(await ok(apiOf(org).POST('/api/payments', { params: asking(), body: { amount } })))

export function useBeginPayment(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ amount, key }: { amount: Money; key: string }) =>
      done(
        await ok(
          apiOf(org).POST('/api/payments', {
            params: { header: { 'Idempotency-Key': key } },
            body: { amount },
          }),
        ),
      ),
    onSuccess: ({ payment }) => {
      client.setQueryData(paymentQuery(org, payment.id).queryKey, payment)
      void client.invalidateQueries({ queryKey: [org, 'payment', 'list'] })
    },
  })
}

/** Both say how the payment stands then. */
function useSay(org: string, say: (id: string) => Promise<Payment>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: say,
    onSuccess: (payment) => {
      client.setQueryData(paymentQuery(org, payment.id).queryKey, payment)
      void client.invalidateQueries({ queryKey: [org, 'payment', 'list'] })
    },
  })
}

export const useCancelPayment = (org: string) =>
  useSay(org, (id) => ok(apiOf(org).POST('/api/payments/{id}/cancel', { params: { path: { id } } })))

export const useReturnFromPayment = (org: string) =>
  useSay(org, (id) => ok(apiOf(org).POST('/api/payments/{id}/return', { params: { path: { id } } })))
