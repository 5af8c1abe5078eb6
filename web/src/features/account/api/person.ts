import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { announceSignedOut } from '@/lib/api/session'
import type { Body } from '@/lib/api/types'

/** How often a copy that is being prepared is looked at, in milliseconds. */
const LOOK_MS = 3000

/** The last copy of their data that the signed-in person asked for. */
export const exportQuery = queryOptions({
  queryKey: ['account', 'export'],
  queryFn: () => ok(api.GET('/api/auth/export')),
  refetchInterval: ({ state }) => (state.data?.export?.state === 'preparing' ? LOOK_MS : false),
})

export function useAskExport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/export')),
    onSuccess: (made) => client.setQueryData(exportQuery.queryKey, { export: made }),
  })
}

/** The copy as a file. The browser asks for a fresh proof first, as for all that is refused without one. */
export function useDownloadExport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (id: string) => {
      const call = api.GET('/api/auth/export/{id}/download', { params: { path: { id } }, parseAs: 'blob' })
      const url = URL.createObjectURL(await ok(call as Promise<{ data?: Blob; response: Response }>))
      const link = document.createElement('a')
      link.href = url
      link.download = 'my-data.json'
      link.click()
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
    onSettled: () => client.invalidateQueries({ queryKey: exportQuery.queryKey }),
  })
}

/** Erases the signed-in person, whose session ends with it. */
export function useEraseAccount() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/erase', 'post'>) => ok(api.POST('/api/auth/erase', { body })),
    onSuccess: announceSignedOut,
  })
}
