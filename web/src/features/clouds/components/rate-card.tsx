import { Meter } from '@/components/meter'
import { Badge } from '@/components/ui/badge'
import { Card, CardHeader } from '@/components/ui/card'
import type { CloudRate } from '@/lib/api/types'
import { formatCount, formatRate } from '@/lib/numbers'
import { formatClock, formatDateTime, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'

/** Under this share a budget is nearly used up. */
const LOW = 0.2

/** How many requests the cloud still accepts, by class; all workers share them. */
export function RateCard({ rate }: { rate: CloudRate[] }) {
  return (
    <Card aria-labelledby="rate">
      <CardHeader id="rate" title="Rate limits" detail="Shared by all workers" />
      {rate.length === 0 ? (
        <p className="px-4 py-4 text-muted sm:px-5">No requests have been sent to this cloud yet.</p>
      ) : (
        <ul>
          {rate.map((r) => (
            <Budget key={r.class} rate={r} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Budget({ rate: r }: { rate: CloudRate }) {
  const now = useNow(r.blocked_until != null)
  const blocked = r.blocked_until == null ? 0 : secondsBetween(new Date(now).toISOString(), r.blocked_until)
  const share = r.limit > 0 ? r.remaining / r.limit : 0
  return (
    <li className="grid gap-1.5 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{r.class}</span>
        <span className="num text-[13px]">
          {formatCount(r.remaining)}
          <span className="text-muted"> of {formatCount(r.limit)} left</span>
        </span>
      </p>
      <Meter share={share} tone={blocked > 0 ? 'danger' : share < LOW ? 'warning' : 'success'} />
      <p className="num flex flex-wrap justify-between gap-x-3 gap-y-1 text-[13px] text-muted">
        <span>refills {formatRate(r.per_s)}</span>
        {blocked > 0 && r.blocked_until ? (
          <Badge tone="danger">
            <time dateTime={r.blocked_until} title={formatDateTime(r.blocked_until)}>
              blocked for {formatClock(blocked)}
            </time>
          </Badge>
        ) : null}
      </p>
    </li>
  )
}
