import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { Body } from '@/lib/api/types'

/** What a plan would cost and earn. A POST that changes nothing: an amount has no place in an address. */
export const planPreviewQuery = (body: Body<'/api/admin/plans/preview', 'post'>) =>
  queryOptions({
    queryKey: ['admin', 'plans', 'preview', body],
    queryFn: () => ok(api.POST('/api/admin/plans/preview', { body })),
  })
