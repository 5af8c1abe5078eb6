import { useMutation } from '@tanstack/react-query'
import { api } from '@/lib/api/client'
import { announceSignedOut } from '@/lib/api/session'
import type { Body } from '@/lib/api/types'
import { alone, useEnter } from '@/lib/use-enter'

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
