import { useMutation, useQueryClient } from '@tanstack/react-query'
import { userQuery } from '@/features/users/api/queries'
import { api, ok } from '@/lib/api/client'
import type { AdminUser, Body } from '@/lib/api/types'
import { alone, useEnter } from '@/lib/use-enter'

/** The user as they are now replaces what was read; lists are read again. */
function useLearn() {
  const client = useQueryClient()
  return (user: AdminUser) => {
    client.setQueryData(userQuery(user.id).queryKey, user)
    void client.invalidateQueries({ queryKey: ['admin', 'users', 'list'] })
    void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
  }
}

export function useCreateUser() {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/users', 'post'>) => ok(api.POST('/api/admin/users', { body })),
    onSuccess: useLearn(),
  })
}

/** One more organisation for a user; their page lists it. */
export function useCreateCustomer() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/customers', 'post'>) => ok(api.POST('/api/admin/customers', { body })),
    onSuccess: ({ owner }) => {
      void client.invalidateQueries({ queryKey: userQuery(owner.id).queryKey })
      void client.invalidateQueries({ queryKey: ['admin', 'customers'] })
    },
  })
}

export type Act = 'disable' | 'enable' | 'sessions/end'

export function useAct(id: string, act: Act) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST(`/api/admin/users/{id}/${act}`, { params: { path: { id } }, body: { reason } })),
    onSuccess: useLearn(),
  })
}

/** Asks for a user's second factors to be reset: it is done a day later. */
export function useResetFactors(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ok(api.POST('/api/admin/users/{id}/factors/reset', { params: { path: { id } }, body: { reason } })),
  })
}

/** Erases a user who asked for it. What can be read of them is read again. */
export function useEraseUser(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body<'/api/admin/users/{id}/erase', 'post'>) =>
      ok(api.POST('/api/admin/users/{id}/erase', { params: { path: { id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin'] }),
  })
}

export function useSetRole(id: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/users/{id}/role', 'patch'>) =>
      ok(api.PATCH('/api/admin/users/{id}/role', { params: { path: { id } }, body })),
    onSuccess: useLearn(),
  })
}

export function useImpersonate(id: string) {
  return useMutation({
    mutationFn: (body: Body<'/api/admin/users/{id}/impersonate', 'post'>) =>
      alone(() => api.POST('/api/admin/users/{id}/impersonate', { params: { path: { id } }, body })),
    onSuccess: useEnter(),
  })
}
