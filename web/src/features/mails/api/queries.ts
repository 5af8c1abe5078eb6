import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { MailKind } from '@/lib/api/types'

export const mailsQuery = queryOptions({
  queryKey: ['admin', 'mails', 'list'],
  queryFn: () => ok(api.GET('/api/admin/mails')),
  staleTime: Infinity,
})

export const mailSampleQuery = (kind: MailKind) =>
  queryOptions({
    queryKey: ['admin', 'mails', 'one', kind],
    queryFn: () => ok(api.GET('/api/admin/mails/{kind}', { params: { path: { kind } } })),
  })
