import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { meQuery } from '@/lib/api/queries'
import type { Body } from '@/lib/api/types'
import { sessionsQuery } from '@/features/account/api/queries'

/** The answer says who is signed in now. */
function useBecome() {
  const client = useQueryClient()
  return (me: Awaited<ReturnType<NonNullable<typeof meQuery.queryFn>>>) => client.setQueryData(meQuery.queryKey, me)
}

export function useChangeProfile() {
  return useMutation({
    mutationFn: (body: Body<'/api/account', 'patch'>) => ok(api.PATCH('/api/account', { body })),
    onSuccess: useBecome(),
  })
}

export function useVerifyEmail() {
  return useMutation({
    mutationFn: (token: string) => ok(api.POST('/api/auth/email/verify', { body: { token } })),
    onSuccess: useBecome(),
  })
}

export function useSendVerification() {
  return useMutation({
    mutationFn: () => ok(api.POST('/api/auth/email/verify/send')),
    meta: { toast: 'No mail was sent' },
  })
}

export function useChangeEmail() {
  return useMutation({
    mutationFn: (email: string) => ok(api.POST('/api/auth/email', { body: { email } })),
  })
}

export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/auth/password', 'post'>) => ok(api.POST('/api/auth/password', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

/** A link to choose a password, for who has none yet. */
export function useAskPassword() {
  return useMutation({
    mutationFn: (email: string) => ok(api.POST('/api/auth/reset', { body: { email } })),
  })
}

export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

export function useEndOtherSessions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.DELETE('/api/auth/sessions')),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}
