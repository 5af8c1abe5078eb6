import { useMemo } from 'react'
import { TimeChart, type TimeSeries } from '@/components/time-chart'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { isTier, series, sumOf, TIERS } from '@/features/rate-limits/tiers'
import { serverNow } from '@/lib/clock'
import type { LimitFigures } from '@/lib/api/types'
import { formatCount, formatShortCount } from '@/lib/numbers'
import { useUrl } from '@/lib/use-url'

/** Requests that were let through and refused, by minute. */
export function RequestsChart({ figures }: { figures: LimitFigures }) {
  const { get, set } = useUrl()
  const tier = isTier(get('tier')) ? (get('tier') as keyof typeof TIERS) : null
  const { times, lines } = useMemo(() => {
    const { times, allowed, refused } = series(figures, tier, serverNow())
    const sum = sumOf(figures.minutes.filter((m) => !tier || m.tier === tier))
    const lines: TimeSeries[] = [
      {
        id: 'allowed',
        label: 'Let through',
        color: 'chart-5',
        values: allowed,
        overall: formatCount(sum.allowed),
        filled: true,
      },
      { id: 'refused', label: 'Refused', color: 'chart-6', values: refused, overall: formatCount(sum.refused) },
    ]
    return { times, lines }
  }, [figures, tier])
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="w-full sm:w-56">
        <Field label="Requests of">
          <Select value={tier ?? ''} onChange={(e) => set({ tier: e.target.value || null })}>
            <option value="">Everybody</option>
            {Object.entries(TIERS).map(([id, { label }]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <TimeChart label="Requests per minute" times={times} series={lines} format={formatShortCount} span="last hour" />
    </div>
  )
}
