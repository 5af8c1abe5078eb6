import { useMutation, useQueryClient } from '@tanstack/react-query'
import { limitsQuery } from '@/features/wallet/api/queries'
import { apiOf, ok } from '@/lib/api/client'
import { asking, done, would } from '@/lib/api/quote'
import type { Body } from '@/lib/api/types'

export function useSetLimits(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/wallet/limits', 'put'>) => ok(apiOf(org).PUT('/api/wallet/limits', { body })),
    onSuccess: (limits) => {
      client.setQueryData(limitsQuery(org).queryKey, limits)
      void client.invalidateQueries({ queryKey: [org, 'wallet'] })
    },
  })
}

/** What a code would give. One that does not count is an attempt all the same. */
export const askPromo = async (org: string, code: string) =>
  would(await ok(apiOf(org).POST('/api/wallet/promo', { params: asking(), body: { code } })))

export function useRedeemPromo(org: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ code, key }: { code: string; key: string }) =>
      done(
        await ok(
          apiOf(org).POST('/api/wallet/promo', { params: { header: { 'Idempotency-Key': key } }, body: { code } }),
        ),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: [org, 'wallet'] }),
  })
}
