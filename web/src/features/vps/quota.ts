import type { Plan, Quota } from '@/lib/api/types'

/** A quota that an order would exceed: what there would be, and what there may be, as people read them. */
export interface Beyond {
  what: string
  after: string
  limit: string
}

const count = (value: number) => value.toLocaleString('en-US')
const gib = (value: number) => `${value.toLocaleString('en-US', { maximumFractionDigits: 1 })} GiB`
const memory = (mib: number) => gib(mib / 1024)

/** Every quota that a server of this plan would exceed; without a plan, of the number of servers alone. */
export function beyond(quota: Quota, plan: Plan | undefined): Beyond[] {
  const lines = [
    { what: 'Servers', after: quota.servers_used + 1, limit: quota.servers_limit, words: count },
    ...(plan
      ? [
          { what: 'vCPUs', after: quota.vcpus_used + plan.vcpus, limit: quota.vcpus_limit, words: count },
          {
            what: 'Memory',
            after: quota.memory_mib_used + plan.memory_mib,
            limit: quota.memory_mib_limit,
            words: memory,
          },
          {
            what: 'Storage',
            after: quota.storage_gib_used + plan.disk_gib,
            limit: quota.storage_gib_limit,
            words: gib,
          },
        ]
      : []),
  ]
  return lines
    .filter(({ after, limit }) => after > limit)
    .map(({ what, after, limit, words }) => ({ what, after: words(after), limit: words(limit) }))
}
