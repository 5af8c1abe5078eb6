import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api/client'
import { meQuery } from '@/lib/api/queries'
import { announceSignedOut } from '@/lib/api/session'
import type { Body, Challenge, Me } from '@/lib/api/types'
import { leaveFor } from '@/lib/elsewhere'
import { showPasskey } from '@/lib/passkeys'
import { alone, useEnter } from '@/lib/use-enter'
import type { Shown } from '@/features/auth/components/factor-choice'

/** Who signed in, or what must still be shown. */
type SignedIn = Me | { challenge: Challenge }

export function useSignIn() {
  const enter = useEnter()
  return useMutation({
    mutationFn: (body: Body<'/api/auth/login', 'post'>): Promise<SignedIn> =>
      alone(() => api.POST('/api/auth/login', { body })),
    onSuccess: (answer) => {
      if (!('challenge' in answer)) enter(answer)
    },
  })
}

/** The second factor of a sign-in by password. */
export function useAnswer() {
  return useMutation({
    mutationFn: async ({ challenge, shown }: { challenge: string; shown: Shown }): Promise<Me> => {
      if (shown.kind === 'passkey') return byPasskey(challenge)
      const typed = shown.kind === 'totp' ? { code: shown.code } : { recovery_code: shown.code }
      return alone(() => api.POST('/api/auth/mfa', { body: { challenge, ...typed } }))
    },
    onSuccess: useEnter(),
  })
}

/** Signing in with a passkey alone; with `fillIn` it waits until one is chosen among what the browser fills in. */
export function usePasskeySignIn() {
  return useMutation({
    mutationFn: ({ fillIn = false }: { fillIn?: boolean }) => byPasskey(undefined, fillIn),
    onSuccess: useEnter(),
  })
}

async function byPasskey(challenge?: string, fillIn = false): Promise<Me> {
  const asked = await ok(api.POST('/api/auth/passkey/start', { body: challenge ? { challenge } : {} }))
  const credential = await showPasskey(asked.options, fillIn)
  return alone(() => api.POST('/api/auth/passkey/finish', { body: { id: asked.id, credential: { ...credential } } }))
}

/** Shows again who one is: for ten minutes that is enough. */
export function useVerify() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (shown: Shown | { kind: 'password'; password: string }): Promise<Me> => {
      const body = await proofOf(shown)
      return alone(() => api.POST('/api/auth/verify', { body }))
    },
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me)
    },
  })
}

async function proofOf(shown: Parameters<ReturnType<typeof useVerify>['mutate']>[0]) {
  if (shown.kind === 'password') return { password: shown.password }
  if (shown.kind === 'totp') return { code: shown.code }
  if (shown.kind === 'recovery_code') return { recovery_code: shown.code }
  const asked = await ok(api.POST('/api/auth/verify/start'))
  const credential = await showPasskey(asked.options)
  return { passkey: { id: asked.id, credential: { ...credential } } }
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

/** Leaves for the issuer: to sign in, or to show again who one is. The browser comes back to a new page. */
export function useLeave() {
  return useMutation({
    mutationFn: ({ way, back }: { way: 'start' | 'verify'; back: string }) =>
      way === 'start'
        ? ok(api.POST('/api/auth/oidc/start', { body: { back } }))
        : ok(api.POST('/api/auth/oidc/verify', { body: { back } })),
    onSuccess: ({ address }) => leaveFor(address),
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
