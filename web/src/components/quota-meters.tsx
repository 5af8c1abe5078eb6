import { Meter } from '@/components/meter'
import type { Quotas } from '@/lib/api/types'

const LINES = [
  ['servers', 'Servers', 1, ''],
  ['vcpus', 'vCPUs', 1, ''],
  ['memory_mib', 'Memory', 1024, ' GiB'],
  ['storage_gib', 'Storage', 1, ' GiB'],
  ['members', 'Members', 1, ''],
  ['keys', 'API keys', 1, ''],
] as const

const figure = (value: number, unit: number) => (value / unit).toLocaleString('en-US', { maximumFractionDigits: 1 })

/** What an organisation has of each thing that is counted, and may have. */
export function QuotaMeters({ quotas }: { quotas: Quotas }) {
  return (
    <ul className="grid gap-5">
      {LINES.map(([name, label, unit, suffix]) => {
        const { used, limit } = quotas[name]
        const share = limit > 0 ? used / limit : used > 0 ? 1 : 0
        return (
          <li key={name} className="grid gap-1.5">
            <span className="flex flex-wrap justify-between gap-x-4">
              <span className="font-medium">{label}</span>
              <span className="num text-muted">
                {figure(used, unit)} of {figure(limit, unit)}
                {suffix}
              </span>
            </span>
            <Meter share={share} tone={share >= 1 ? 'danger' : share >= 0.8 ? 'warning' : 'info'} />
          </li>
        )
      })}
    </ul>
  )
}
