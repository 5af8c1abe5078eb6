import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { dropPersonal, meQuery } from '@/lib/api/queries'
import { SESSION_LOCK } from '@/lib/api/renew'
import { announceSignedOut, enter } from '@/lib/api/session'
import type { Body, Me } from '@/lib/api/types'
import { clearDrafts } from '@/lib/drafts'
import { oneAtATime } from '@/lib/lock'

/** The session's cookies change in one tab at a time, or a renewal's answer could undo a sign-in. */
const alone = <T>(call: () => Parameters<typeof ok<T>>[0]) => oneAtATime(SESSION_LOCK, () => ok(call()))

function useEnter() {
  const client = useQueryClient()
  return (me: Me) => {
    clearDrafts(me.user.id)
    dropPersonal(client)
    enter(me.user.id)
    client.setQueryData(meQuery.queryKey, me)
  }
}

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/login', 'post'>) => alone(() => api.POST('/api/auth/login', { body })),
    onSuccess: useEnter(),
  })
}

export function useRegister() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/register', 'post'>) => alone(() => api.POST('/api/auth/register', { body })),
    onSuccess: useEnter(),
  })
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => alone(() => api.POST('/api/auth/logout')),
    onSuccess: announceSignedOut,
    meta: { toast: 'You are still signed in' },
  })
}

/** Asks for the link of a reset. The answer is the same whether the address is anybody's or not. */
export function useAskReset() {
  return useMutation({
    mutationFn: (email: string) => ok(api.POST('/api/auth/reset', { body: { email } })),
  })
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: Body<'/api/auth/reset/confirm', 'post'>) => ok(api.POST('/api/auth/reset/confirm', { body })),
  })
}

export function useUndoEmailChange() {
  return useMutation({
    mutationFn: (token: string) => ok(api.POST('/api/auth/email/undo', { body: { token } })),
  })
}
