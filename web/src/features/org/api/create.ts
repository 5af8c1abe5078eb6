import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { meQuery } from '@/lib/api/queries'
import type { Body } from '@/lib/api/types'

/** Done once the person's memberships have the new one: its pages exist from then on. */
export function useCreateOrganisation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/orgs', 'post'>) => ok(api.POST('/api/orgs', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
}
