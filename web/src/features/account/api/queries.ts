import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'

/** Where the signed-in person is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: () => ok(api.GET('/api/auth/sessions')),
})
