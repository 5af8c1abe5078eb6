import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { done, DRY_RUN, would } from '@/lib/api/quote'
import { PRICE_MOVES } from '@/lib/api/price-moves'
import { adminPlansQuery } from '@/lib/api/queries'
import type { AdminPlan, Body } from '@/lib/api/types'

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'plans'] })
    // The price list, of whichever organisation it was asked for.
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === 'plans' })
  }
}

export function useCreatePlan() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/plans', 'post'>) => ok(api.POST('/api/admin/plans', { body })),
    onSuccess: useStale(),
  })
}

export function useChangePlan(id: string, toast?: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/plans/{id}', 'patch'>) =>
      ok(api.PATCH('/api/admin/plans/{id}', { params: { path: { id } }, body })),
    onSuccess: useStale(),
    ...(toast ? { meta: { toast } } : {}),
  })
}

type Move = Body<'/api/admin/plans/{id}/prices', 'post'>

/** What a move would mean for servers that run. */
export const askMove = async (id: string, body: Move) =>
  would(await ok(api.POST('/api/admin/plans/{id}/prices', { params: { path: { id }, query: DRY_RUN }, body })))

export function useMovePrice(id: string) {
  const client = useQueryClient()
  const stale = useStale()
  return useMutation({
    mutationFn: async (body: Move) =>
      done(await ok(api.POST('/api/admin/plans/{id}/prices', { params: { path: { id } }, body }))),
    onSuccess: () => {
      stale()
      void client.invalidateQueries({ queryKey: PRICE_MOVES })
    },
  })
}

export function useDeletePlan(id: string) {
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/admin/plans/{id}', { params: { path: { id } } })),
    onSuccess: useStale(),
  })
}

/** The order that customers see. The list is in it at once, and as it was if the server refuses. */
export function useOrderPlans() {
  const client = useQueryClient()
  const stale = useStale()
  return useMutation({
    mutationFn: (plans: AdminPlan[]) =>
      ok(api.POST('/api/admin/plans/order', { body: { ids: plans.map((p) => p.id) } })),
    onMutate: async (plans) => {
      await client.cancelQueries({ queryKey: adminPlansQuery.queryKey, exact: true })
      const before = client.getQueryData(adminPlansQuery.queryKey)
      client.setQueryData(adminPlansQuery.queryKey, { items: plans })
      return before
    },
    onError: (_error, _plans, before) => {
      if (before) client.setQueryData(adminPlansQuery.queryKey, before)
    },
    onSettled: stale,
    meta: { toast: 'The order of the plans was not changed' },
  })
}
