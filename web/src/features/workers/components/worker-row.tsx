import { CirclePause, CirclePlay, Ellipsis, Square } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ActLines } from '@/components/acts'
import { Ago } from '@/components/date-time'
import { Meter } from '@/components/meter'
import { StatusDot } from '@/components/status-dot'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { isLive, isSteerable } from '@/features/workers/workers'
import type { Worker } from '@/lib/api/types'
import { formatBytes } from '@/lib/numbers'
import { jobKind, workerState } from '@/lib/status'
import { formatDateTime, formatSpan, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'
import { useUrlDialogOf } from '@/lib/use-url'

/** What it was asked to do and has not done yet. */
const TOLD: Record<Worker['wanted'], string> = {
  running: 'asked to wake',
  quiet: 'asked to go quiet',
  stopping: 'asked to stop',
}

/** One process: who it is, how busy, how well. */
export function WorkerRow({ worker: w, latest }: { worker: Worker; latest: string | null }) {
  const older = isLive(w) && latest !== null && w.version !== latest
  return (
    <li className="border-b last:border-b-0" aria-label={`${w.host}, process ${w.pid}`}>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-3 px-4 py-3 sm:px-5 lg:grid-cols-[minmax(0,15rem)_minmax(0,1fr)_17rem_auto]">
        <div className="min-w-0">
          <p className="line-clamp-2 font-mono text-[13px] font-medium break-all" title={w.host}>
            {w.host}
          </p>
          <p className="num mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px] text-muted">
            <span>pid {w.pid}</span>
            <span className="font-mono text-xs">{w.version}</span>
            {older ? <Badge tone="warning">older version</Badge> : null}
          </p>
          <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
            <StatusDot status={workerState(w.state)} />
            {isLive(w) && w.state !== 'stopping' && w.wanted !== w.state ? (
              <Badge tone="info">{TOLD[w.wanted]}</Badge>
            ) : null}
          </p>
        </div>
        <Queues worker={w} />
        <dl className="col-span-2 row-start-3 grid grid-cols-3 gap-3 lg:col-span-1 lg:row-start-auto">
          <Fact name="Memory">{formatBytes(w.memory_bytes)}</Fact>
          <Fact name="Uptime">
            <Up worker={w} />
          </Fact>
          <Fact name="Last heartbeat">
            <Ago at={w.seen_at} />
          </Fact>
        </dl>
        <div className="col-start-2 row-start-1 lg:col-start-auto lg:row-start-auto">
          <WorkerMenu worker={w} />
        </div>
      </div>
      {isLive(w) && w.wanted !== 'running' ? (
        <ActLines type="worker" id={w.id} shown={1} className="px-4 pb-3 text-muted sm:px-5" />
      ) : null}
      {w.unknown_kinds.length > 0 && isLive(w) ? (
        <p className="border-t bg-warning-soft px-4 py-2 text-[13px] sm:px-5">
          <span className="font-medium text-warning">Does not know</span>{' '}
          {w.unknown_kinds.map((kind, i) => (
            <span key={kind}>
              {i > 0 ? ', ' : ''}
              <Link to={`/admin/jobs?kind=${kind}`} className="underline underline-offset-2">
                {jobKind(kind)}
              </Link>
              {jobKind(kind) === kind ? null : <code className="text-xs text-muted"> {kind}</code>}
            </span>
          ))}
          . It leaves these jobs to other workers.
        </p>
      ) : null}
    </li>
  )
}

function Queues({ worker: w }: { worker: Worker }) {
  if (w.queues.length === 0) return <p className="col-span-2 text-[13px] text-muted lg:col-span-1">Serves no queue.</p>
  return (
    <ul
      aria-label="Queues"
      className="col-span-2 row-start-2 grid gap-x-6 gap-y-1.5 sm:grid-cols-2 lg:col-span-1 lg:row-start-auto xl:grid-cols-3"
    >
      {w.queues.map((q) => (
        <li key={q.queue} className="min-w-0">
          <p className="num flex items-baseline justify-between gap-2 text-[13px]">
            <Link
              to={`/admin/jobs?queue=${q.queue}&state=running`}
              className="truncate hover:text-accent hover:underline"
            >
              {q.queue}
            </Link>
            <span className="whitespace-nowrap">
              {q.busy}
              <span className="text-muted"> / {q.slots}</span>
              <span className="sr-only"> busy</span>
            </span>
          </p>
          <Meter
            share={q.slots > 0 ? q.busy / q.slots : 0}
            tone={!isLive(w) ? 'neutral' : q.busy >= q.slots && q.slots > 0 ? 'warning' : 'info'}
            className="mt-1"
          />
        </li>
      ))}
    </ul>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs text-muted">{name}</dt>
    <dd className="num text-[13px]">{children}</dd>
  </div>
)

function Up({ worker: w }: { worker: Worker }) {
  const now = useNow(isLive(w))
  return (
    <time dateTime={w.started_at} title={formatDateTime(w.started_at)} className="whitespace-nowrap">
      {formatSpan(secondsBetween(w.started_at, isLive(w) ? now : w.seen_at))}
    </time>
  )
}

function WorkerMenu({ worker: w }: { worker: Worker }) {
  const { show } = useUrlDialogOf()
  if (!isSteerable(w)) return <span className="block size-8" />
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${w.host}, process ${w.pid}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
    >
      {w.wanted === 'quiet' ? (
        <MenuItem onSelect={() => show('wake', w.id)}>
          <CirclePlay aria-hidden /> Wake…
        </MenuItem>
      ) : (
        <MenuItem onSelect={() => show('quiet', w.id)}>
          <CirclePause aria-hidden /> Quiet…
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem danger onSelect={() => show('stop', w.id)}>
        <Square aria-hidden /> Stop…
      </MenuItem>
    </Menu>
  )
}
