import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

export const taxRulesQuery = queryOptions({
  queryKey: ['admin', 'tax', 'rules'],
  queryFn: () => ok(api.GET('/api/admin/billing/tax')),
})

export const billingDetailsQuery = queryOptions({
  queryKey: ['admin', 'tax', 'details'],
  queryFn: () => ok(api.GET('/api/admin/billing/details')),
})
