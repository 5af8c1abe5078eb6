import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Money } from '@/lib/api/types'

export const adminPlansQuery = queryOptions({
  queryKey: ['admin', 'plans'],
  queryFn: () => ok(api.GET('/api/admin/plans')),
})

function useStale() {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['admin', 'plans'] })
    void client.invalidateQueries({ queryKey: ['plans'] })
  }
}

export interface NewPlan {
  cloud_id: string
  type_id: string
  name: string
  markup_monthly: Money
}

export function useCreatePlan() {
  return useMutation({
    mutationFn: (body: NewPlan) => ok(api.POST('/api/admin/plans', { body })),
    onSuccess: useStale(),
  })
}

export interface PlanChange {
  name?: string
  markup_monthly?: Money
  active?: boolean
}

export function useChangePlan(id: string, toast?: string) {
  return useMutation({
    mutationFn: (body: PlanChange) => ok(api.PATCH('/api/admin/plans/{id}', { params: { path: { id } }, body })),
    onSuccess: useStale(),
    ...(toast ? { meta: { toast } } : {}),
  })
}

export function useDeletePlan(id: string) {
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/admin/plans/{id}', { params: { path: { id } } })),
    onSuccess: useStale(),
  })
}
