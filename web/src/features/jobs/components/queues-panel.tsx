import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Ellipsis, ListChecks, Pause, Play, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { ActLine } from '@/components/acts'
import { Meter } from '@/components/meter'
import { RetryPanel } from '@/components/retry-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { jobCountsQuery } from '@/features/jobs/api/queries'
import { useJobFilter } from '@/features/jobs/filter'
import { actsQuery } from '@/lib/api/queries'
import type { QueueFigures } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { isLateQueue } from '@/lib/late-queue'
import { formatShortCount } from '@/lib/numbers'
import { formatSpan } from '@/lib/time'
import { useUrlDialogOf } from '@/lib/use-url'
import { useUi } from '@/stores/ui'

const QueueDialogs = lazy(() =>
  import('@/features/jobs/components/queue-dialogs').then((m) => ({ default: m.QueueDialogs })),
)

/** A pause may be followed by a few changes of limits. */
const ACTS_READ = 5
const FRAME = 'grid grid-cols-[repeat(auto-fit,minmax(min(13rem,100%),1fr))] gap-3'

/** All queues in a line; opened, each at a glance, with its levers. */
export function QueuesPanel() {
  const query = useQuery(jobCountsQuery())
  const { queuesOpen: open, setQueuesOpen } = useUi()
  const { dialog, of, close } = useUrlDialogOf()
  const queues = query.data?.by_queue
  const chosen = queues?.find((q) => q.queue === of)
  return (
    <Card aria-labelledby="queues" className={cn(open && 'lg:col-span-2')}>
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-2 py-2">
        <h2 id="queues">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setQueuesOpen(!open)}
            className="flex min-h-8 items-center gap-1.5 rounded-md px-2 text-sm font-semibold hover:bg-surface-2 touch:min-h-11"
          >
            <ChevronRight
              aria-hidden
              className={cn('size-4 text-muted transition-transform duration-150', open && 'rotate-90')}
            />
            Queues
          </button>
        </h2>
        {queues ? <Together queues={queues} /> : null}
      </header>
      {!queues && query.isError ? <RetryPanel error={query.error} onRetry={() => void query.refetch()} /> : null}
      {open ? <Cards queues={queues} /> : null}
      {chosen ? (
        <Suspense fallback={null}>
          <QueueDialogs dialog={dialog} figures={chosen} onClose={close} />
        </Suspense>
      ) : null}
    </Card>
  )
}

const sumOf = (queues: QueueFigures[], of: (q: QueueFigures) => number) => queues.reduce((sum, q) => sum + of(q), 0)

/** What an operator has to know while the panel is closed. */
function Together({ queues }: { queues: QueueFigures[] }) {
  const named = (which: QueueFigures[]) => which.map((q) => q.queue).join(', ')
  const paused = queues.filter((q) => q.paused)
  const alone = queues.filter((q) => !q.paused && q.slots === 0)
  const late = queues.filter((q) => !q.paused && q.slots > 0 && isLateQueue(q))
  return (
    <p className="num flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-muted">
      <span>
        <strong className="font-semibold text-text">{formatShortCount(sumOf(queues, (q) => q.queued))}</strong> queued,{' '}
        <strong className="font-semibold text-text">{formatShortCount(sumOf(queues, (q) => q.running))}</strong> of{' '}
        {formatShortCount(sumOf(queues, (q) => q.slots))} slots busy
      </span>
      {paused.length > 0 ? <Badge tone="warning">Paused: {named(paused)}</Badge> : null}
      {alone.length > 0 ? <Badge tone="danger">No worker: {named(alone)}</Badge> : null}
      {late.length > 0 ? <Badge tone="warning">Late: {named(late)}</Badge> : null}
    </p>
  )
}

function Cards({ queues }: { queues: QueueFigures[] | undefined }) {
  return (
    <div className="px-4 pb-4">
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
    </div>
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
      <dl className="grid grid-cols-2 gap-x-4 gap-y-1.5">
        <Figure name="Queued" value={formatShortCount(q.queued)} />
        <Figure name="Waiting" value={formatShortCount(q.waiting)} />
        <Figure name="Trying again" value={formatShortCount(q.retrying)} />
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
      <LastAct figures={q} />
    </section>
  )
}

/** Who paused it and why; while it is not paused, what was last done to it. */
function LastAct({ figures: q }: { figures: QueueFigures }) {
  const { data } = useQuery(
    actsQuery({ entity_type: 'queue', entity_id: q.queue, by: 'administrator', limit: ACTS_READ }),
  )
  const act = q.paused ? data?.items.find((a) => a.event === 'queue.pause') : data?.items[0]
  if (act) return <ActLine act={act} className={cn('text-[13px]', q.paused ? 'text-warning' : 'text-muted')} />
  return q.paused && q.paused_reason ? (
    <p className="text-[13px] wrap-anywhere text-warning">{q.paused_reason}</p>
  ) : null
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
