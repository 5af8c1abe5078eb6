import { onlineManager } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import { createQueryClient } from '@/app/query-client'
import { Problem } from '@/lib/api/problem'
import { useToasts } from '@/stores/toasts'

it('tells in a toast what was refused for now, what to do and when, where the action has no form', async () => {
  useToasts.setState({ items: [] })
  const refused = new Problem(
    {
      status: 429,
      code: 'too_many_open_jobs',
      title: 'Too much at once',
      detail: 'You have 200 jobs in progress.',
      request_id: 'req_1',
    },
    90,
  )
  const client = createQueryClient()
  await client
    .getMutationCache()
    .build(client, { mutationFn: () => Promise.reject(refused), meta: { toast: 'Server was not rebooted' } })
    .execute(undefined)
    .catch(() => undefined)
  const [toast] = useToasts.getState().items
  expect(toast?.title).toBe('Server was not rebooted')
  expect(toast?.detail).toMatch(
    /^You have 200 jobs in progress\. .*Activity page shows.* You can try again in 1 min 30 s\. Reference req_1\.$/,
  )
})

it('does not park a change while offline to make it later', async () => {
  onlineManager.setOnline(false)
  const send = vi.fn(() => Promise.reject(new Problem({ status: 0, code: 'offline' })))
  const client = createQueryClient()
  const change = client.getMutationCache().build(client, client.defaultMutationOptions({ mutationFn: send }))
  await expect(change.execute(undefined)).rejects.toMatchObject({ code: 'offline' })
  onlineManager.setOnline(true)
  await client.resumePausedMutations()
  expect(send).toHaveBeenCalledOnce()
})
