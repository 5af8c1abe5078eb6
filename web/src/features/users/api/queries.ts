import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import type { UserFilter } from '@/lib/api/types'

export const usersQuery = (filter: UserFilter) =>
  queryOptions({
    queryKey: ['admin', 'users', 'list', filter],
    queryFn: () => ok(api.GET('/api/admin/users', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'users', 'one', id],
    queryFn: () => ok(api.GET('/api/admin/users/{id}', { params: { path: { id } } })),
  })
