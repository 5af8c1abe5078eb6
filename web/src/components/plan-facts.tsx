import { Money } from '@/components/money'
import type { Plan } from '@/lib/api/types'
import { formatDisk, formatMemory, formatTransfer } from '@/lib/sizes'

/** What a plan holds and costs; the frame around it is the caller's. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const facts: [string, string][] = [
    ['vCPU', String(plan.vcpus)],
    ['RAM', formatMemory(plan.memory_mib)],
    ['Disk', formatDisk(plan.disk_gib)],
    ['Transfer', formatTransfer(plan.transfer_gb)],
  ]
  return (
    <span className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <span className="flex items-start justify-between gap-3 sm:grid sm:gap-0.5">
        <span className="min-w-0 font-semibold wrap-anywhere">{plan.name}</span>
        <span className="grid justify-items-end gap-0.5 sm:justify-items-start">
          <span className="num whitespace-nowrap">
            <span className="text-xl font-semibold tracking-tight">
              <Money value={plan.price.monthly} />
            </span>
            <span className="text-muted"> /mo</span>
          </span>
          <span className="num text-[13px] whitespace-nowrap text-muted">
            <Money value={plan.price.hourly} digits="rate" /> /h
            {plan.price.charged_by === 'second' ? ', by the second' : null}
          </span>
        </span>
      </span>
      <span className="grid grid-cols-2 gap-x-3 gap-y-1 border-t pt-2.5 text-[13px]">
        {facts.map(([name, value]) => (
          <span key={name} className="flex justify-between gap-2 odd:border-r odd:pr-3">
            <span className="text-muted">{name}</span>
            <span className="num font-medium">{value}</span>
          </span>
        ))}
      </span>
    </span>
  )
}
