import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { factorsQuery } from '@/lib/api/queries'
import { makePasskey } from '@/lib/passkeys'

/** What follows from a change of the factors: the list, and who is signed in how. */
function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: factorsQuery.queryKey }),
      client.invalidateQueries({ queryKey: ['me'] }),
    ])
}

/** A new app's secret; nothing changes before its first code. */
export function useBeginApp() {
  return useMutation({ mutationFn: () => ok(api.POST('/api/auth/totp')), gcTime: 0 })
}

export function useConfirmApp() {
  return useMutation({
    mutationFn: (body: { id: string; code: string }) => ok(api.POST('/api/auth/totp/confirm', { body })),
    onSuccess: useRefresh(),
  })
}

export function useRemoveApp() {
  return useMutation({ mutationFn: () => ok(api.DELETE('/api/auth/totp')), onSuccess: useRefresh() })
}

/** The codes are in this answer alone. */
export function useMakeCodes() {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/recovery-codes')),
    onSuccess: useRefresh(),
    gcTime: 0,
  })
}

export function useAddPasskey() {
  return useMutation({
    mutationFn: async (name: string) => {
      const asked = await ok(api.POST('/api/auth/passkeys/start'))
      const credential = await makePasskey(asked.options)
      return ok(api.POST('/api/auth/passkeys', { body: { id: asked.id, credential: { ...credential }, name } }))
    },
    onSuccess: useRefresh(),
  })
}

export function useRenamePasskey() {
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      ok(api.PATCH('/api/auth/passkeys/{id}', { params: { path: { id } }, body: { name } })),
    onSuccess: useRefresh(),
  })
}

export function useRemovePasskey() {
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/api/auth/passkeys/{id}', { params: { path: { id } } })),
    onSuccess: useRefresh(),
  })
}
