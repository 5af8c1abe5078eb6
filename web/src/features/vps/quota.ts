import type { Plan, Quota } from '@/lib/api/types'

/** A quota that an order would exceed: what there would be, and what there may be, as people read them. */
export interface Beyond {
  what: string
  after: string
  limit: string
}

/** Every quota that a server of this plan would exceed; without a plan, of the number of servers alone. */
export function beyond(quota: Quota, plan: Plan | undefined): Beyond[] {
  const found: Beyond[] = []
  const judge = (what: string, used: number, more: number | undefined, limit: number, unit = 1, suffix = '') => {
    const words = (value: number) => `${(value / unit).toLocaleString('en-US', { maximumFractionDigits: 1 })}${suffix}`
    if (more && used + more > limit) found.push({ what, after: words(used + more), limit: words(limit) })
  }
  judge('Servers', quota.servers_used, 1, quota.servers_limit)
  judge('vCPUs', quota.vcpus_used, plan?.vcpus, quota.vcpus_limit)
  judge('Memory', quota.memory_mib_used, plan?.memory_mib, quota.memory_mib_limit, 1024, ' GiB')
  judge('Storage', quota.storage_gib_used, plan?.disk_gib, quota.storage_gib_limit, 1, ' GiB')
  return found
}
