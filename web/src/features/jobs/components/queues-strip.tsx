import { useQuery } from '@tanstack/react-query'
import { Ellipsis, ListChecks, Pause, Play, SlidersHorizontal } from 'lucide-react'
import { Meter } from '@/components/meter'
import { RetryPanel } from '@/components/retry-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { Skeleton } from '@/components/ui/skeleton'
import { jobCountsQuery } from '@/features/jobs/api/queries'
import { QueueDialogs } from '@/features/jobs/components/queue-dialogs'
import { useJobFilter } from '@/features/jobs/filter'
import type { QueueFigures } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { isLateQueue } from '@/lib/late-queue'
import { formatShortCount } from '@/lib/numbers'
import { formatSpan } from '@/lib/time'
import { useUrlDialogOf } from '@/lib/use-url'

const FRAME = 'grid grid-cols-[repeat(auto-fit,minmax(min(13rem,100%),1fr))] gap-3'

/** Each queue at a glance, with its levers. */
export function QueuesStrip() {
  const query = useQuery(jobCountsQuery)
  const { dialog, of, close } = useUrlDialogOf()
  const queues = query.data?.by_queue
  const chosen = queues?.find((q) => q.queue === of)
  if (!queues && query.isError) {
    return (
      <div className="rounded-lg border bg-surface">
        <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return (
    <section aria-label="Queues">
      <ul className={cn(FRAME, '-m-0.5 p-0.5')} aria-busy={!queues}>
        {queues?.map((q) => (
          <li key={q.queue} className="min-w-0">
            <QueueCard figures={q} />
          </li>
        )) ??
          [0, 1, 2, 3, 4].map((n) => (
            <li key={n}>
              <Skeleton className="h-[140px] rounded-lg" />
            </li>
          ))}
      </ul>
      {chosen ? <QueueDialogs dialog={dialog} figures={chosen} onClose={close} /> : null}
    </section>
  )
}

function QueueCard({ figures: q }: { figures: QueueFigures }) {
  const { filter, set } = useJobFilter()
  const on = filter.queue === q.queue
  const full = q.slots > 0 && q.running >= q.slots
  return (
    <section
      aria-label={`Queue ${q.queue}`}
      className={cn(
        'grid h-full content-start gap-2 rounded-lg border bg-surface p-3',
        q.paused && 'border-warning-dot',
        on && 'border-accent bg-accent-soft/50 ring-1 ring-accent',
      )}
    >
      <header className="flex min-h-8 items-center gap-2">
        <button
          type="button"
          aria-pressed={on}
          aria-label={`Only queue ${q.queue}`}
          onClick={() => set({ queue: on ? null : q.queue })}
          className="min-h-6 min-w-0 truncate rounded-sm font-semibold hover:text-accent touch:min-h-11"
        >
          {q.queue}
        </button>
        {q.paused ? (
          <Badge tone="warning">Paused</Badge>
        ) : q.slots === 0 ? (
          <Badge tone="danger">No worker</Badge>
        ) : null}
        <span className="ml-auto flex">
          <QueueMenu figures={q} />
        </span>
      </header>
      <dl className="grid grid-cols-[auto_auto_1fr] gap-x-5">
        <Figure name="Due" value={formatShortCount(q.due)} />
        <Figure name="Waiting" value={formatShortCount(q.waiting)} />
        <Figure
          name="Oldest due"
          value={q.oldest_due_s == null ? '—' : formatSpan(q.oldest_due_s)}
          loud={isLateQueue(q) && !q.paused}
        />
      </dl>
      <div className="grid gap-1">
        <p className="num flex justify-between text-[13px]">
          <span className="text-muted">Running</span>
          <span>
            <span className="font-medium">{formatShortCount(q.running)}</span>
            <span className="text-muted"> of {formatShortCount(q.slots)}</span>
          </span>
        </p>
        <Meter share={q.slots > 0 ? q.running / q.slots : 0} tone={full ? 'warning' : 'info'} />
      </div>
      {q.paused && q.paused_reason ? (
        <p className="truncate text-[13px] text-warning" title={q.paused_reason}>
          {q.paused_reason}
        </p>
      ) : null}
    </section>
  )
}

const Figure = ({ name, value, loud = false }: { name: string; value: string; loud?: boolean }) => (
  <div className="min-w-0">
    <dt className="text-xs text-muted">{name}</dt>
    <dd className={cn('num truncate font-medium', loud && 'text-warning')}>{value}</dd>
  </div>
)

function QueueMenu({ figures: q }: { figures: QueueFigures }) {
  const { show } = useUrlDialogOf()
  const { set } = useJobFilter()
  const lever = q.paused ? 'resume' : 'pause'
  const Icon = q.paused ? Play : Pause
  return (
    <>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label={`${q.paused ? 'Resume' : 'Pause'} queue ${q.queue}`}
        onClick={() => show(lever, q.queue)}
      >
        <Icon aria-hidden className="size-4" />
      </Button>
      <Menu
        trigger={
          <Button variant="ghost" size="icon-sm" aria-label={`Actions for queue ${q.queue}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
      >
        <MenuItem onSelect={() => show('tune', q.queue)}>
          <SlidersHorizontal aria-hidden /> Change limits…
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => set({ queue: q.queue, state: 'queued' })}>
          <ListChecks aria-hidden /> Show queued jobs
        </MenuItem>
        <MenuItem onSelect={() => set({ queue: q.queue, state: 'running' })}>
          <ListChecks aria-hidden /> Show running jobs
        </MenuItem>
      </Menu>
    </>
  )
}
