import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { Link } from 'react-router'
import { ActLines } from '@/components/acts'
import { Empty } from '@/components/empty'
import { LoadMore } from '@/components/load-more'
import { RetryPanel } from '@/components/retry-panel'
import { StatusDot } from '@/components/status-dot'
import { Badge } from '@/components/ui/badge'
import { Sheet } from '@/components/ui/sheet'
import { Skeleton } from '@/components/ui/skeleton'
import { ticksQuery } from '@/features/schedules/api/queries'
import type { Schedule, Tick } from '@/lib/api/types'
import { jobState } from '@/lib/status'
import { formatSpan, formatUtc, secondsBetween } from '@/lib/time'

/** A tick that came later than this after its moment is shown as late, in seconds. */
const LATE_S = 5

/** What a schedule did: each tick with its job, newest first. */
export function TicksSheet({ schedule: s, onClose }: { schedule: Schedule; onClose: () => void }) {
  return (
    <Sheet open onOpenChange={onClose} title={`History of ${s.name}`} detail="Newest first, in UTC.">
      <ActLines type="schedule" id={s.name} className="mb-4" />
      <Ticks name={s.name} />
    </Sheet>
  )
}

function Ticks({ name }: { name: string }) {
  const query = useInfiniteQuery(ticksQuery(name))
  if (query.isError && !query.data) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) {
    return (
      <div className="grid gap-3" aria-busy="true">
        {[0, 1, 2, 3, 4, 5].map((n) => (
          <Skeleton key={n} className="h-10 w-full" />
        ))}
      </div>
    )
  }
  const ticks = query.data.pages.flatMap((p) => p.items)
  if (ticks.length === 0) {
    return (
      <Empty icon={<History />} title="It has not ticked yet">
        Its first tick will appear here with the job it created.
      </Empty>
    )
  }
  return (
    <>
      <ol aria-label="Ticks" className="-mx-5">
        {ticks.map((tick) => (
          <TickRow key={`${tick.tick_at} ${tick.made_at}`} tick={tick} />
        ))}
      </ol>
      <LoadMore query={query} />
    </>
  )
}

function TickRow({ tick }: { tick: Tick }) {
  const late = secondsBetween(tick.tick_at, tick.made_at)
  return (
    <li className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-5 py-2 last:border-b-0">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <time dateTime={tick.tick_at} className="num">
          {formatUtc(tick.tick_at)}
        </time>
        {tick.manual ? (
          <Badge tone="info">manual</Badge>
        ) : late > LATE_S ? (
          <Badge tone="warning">caught up {formatSpan(late)} late</Badge>
        ) : null}
      </span>
      {tick.job ? (
        <Link
          to={`/admin/jobs/${tick.job.id}`}
          className="inline-flex min-h-6 items-center hover:text-accent hover:underline"
        >
          <StatusDot status={jobState(tick.job.state)} />
        </Link>
      ) : (
        <span className="text-muted">job no longer stored</span>
      )}
    </li>
  )
}
