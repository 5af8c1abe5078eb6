import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { done, DRY_RUN, would } from '@/lib/api/quote'
import { PRICE_MOVES } from '@/lib/api/price-moves'
import type { Body } from '@/lib/api/types'

/** What a customer pays instead of the list's prices. */
export const customerPricesQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', org, 'prices'],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/prices', { params: { path: { org } } })),
  })

/** What happens when its funds end. */
export const fundsPolicyQuery = (org: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', org, 'funds'],
    queryFn: () => ok(api.GET('/api/admin/customers/{org}/funds', { params: { path: { org } } })),
  })

export function useSetFundsPolicy(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/customers/{org}/funds', 'put'>) =>
      ok(api.PUT('/api/admin/customers/{org}/funds', { params: { path: { org } }, body })),
    onSuccess: (policy) => client.setQueryData(fundsPolicyQuery(org).queryKey, policy),
  })
}

type NewPrice = Body<'/api/admin/customers/{org}/prices', 'post'>

/** What its begin would mean for servers that run. */
export const askCustomerPrice = async (org: string, body: NewPrice) =>
  would(await ok(api.POST('/api/admin/customers/{org}/prices', { params: { path: { org }, query: DRY_RUN }, body })))

/** What its end would mean for them. A DELETE that changes nothing. */
export const endQuoteQuery = (org: string, id: string) =>
  queryOptions({
    queryKey: ['admin', 'customers', org, 'prices', id, 'end'],
    queryFn: async () =>
      would(
        await ok(
          api.DELETE('/api/admin/customers/{org}/prices/{id}', { params: { path: { org, id }, query: DRY_RUN } }),
        ),
      ),
    // It asks for a fresh proof of who is signed in, so it is asked once and not by itself again.
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  })

export function useAddCustomerPrice(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: NewPrice) =>
      done(await ok(api.POST('/api/admin/customers/{org}/prices', { params: { path: { org } }, body }))),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: customerPricesQuery(org).queryKey })
      // Servers that run are moved to it, and back.
      void client.invalidateQueries({ queryKey: PRICE_MOVES })
    },
  })
}

export function useEndCustomerPrice(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (id: string) =>
      done(await ok(api.DELETE('/api/admin/customers/{org}/prices/{id}', { params: { path: { org, id } } }))),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: customerPricesQuery(org).queryKey })
      // Servers that run are moved to it, and back.
      void client.invalidateQueries({ queryKey: PRICE_MOVES })
    },
  })
}
