import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { meQuery } from '@/lib/api/queries'
import { announceSignedOut, setSessionHint } from '@/lib/api/session'
import type { Body, Me } from '@/lib/api/types'

function useEnter() {
  const client = useQueryClient()
  return (me: Me) => {
    setSessionHint(true)
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' && queryKey[0] !== 'me' })
    client.setQueryData(meQuery.queryKey, me)
  }
}

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/login', 'post'>) => ok(api.POST('/api/auth/login', { body })),
    onSuccess: useEnter(),
  })
}

export function useRegister() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/register', 'post'>) => ok(api.POST('/api/auth/register', { body })),
    onSuccess: useEnter(),
  })
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/logout')),
    onSuccess: announceSignedOut,
    meta: { toast: 'You are still signed in' },
  })
}
