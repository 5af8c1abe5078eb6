import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

const PAGE_SIZE = 50

export const suppliersQuery = (cursor: string) =>
  queryOptions({
    queryKey: ['admin', 'revenue', 'suppliers', cursor],
    queryFn: () =>
      ok(
        api.GET('/api/admin/billing/suppliers', {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const supplierQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'revenue', 'supplier', id],
    queryFn: () => ok(api.GET('/api/admin/billing/suppliers/{id}', { params: { path: { id } } })),
  })

export const marginQuery = queryOptions({
  queryKey: ['admin', 'revenue', 'margin'],
  queryFn: () => ok(api.GET('/api/admin/billing/margin')),
})

/** The clouds that an invoice may be of. */
export const supplierCloudsQuery = queryOptions({
  queryKey: ['admin', 'revenue', 'clouds'],
  queryFn: () => ok(api.GET('/api/admin/clouds')),
})

export function useImportInvoice() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/billing/suppliers', 'post'>) =>
      ok(api.POST('/api/admin/billing/suppliers', { body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['admin', 'revenue', 'suppliers'] })
      void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
    },
    meta: { toast: 'The invoice was imported' },
  })
}

export function useSetMargin() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (margin_bp: number) => ok(api.PUT('/api/admin/billing/margin', { body: { margin_bp } })),
    onSuccess: (margin) => {
      client.setQueryData(marginQuery.queryKey, margin)
      void client.invalidateQueries({ queryKey: ['admin', 'overview'] })
    },
    meta: { toast: 'Saved' },
  })
}
