import { useQuery } from '@tanstack/react-query'
import { CalendarClock, Ellipsis, History, Pause, Pencil, Play, Zap } from 'lucide-react'
import { Fragment } from 'react'
import { Link } from 'react-router'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { StatusDot } from '@/components/status-dot'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { schedulesQuery } from '@/features/schedules/api/queries'
import { ChargeRuns } from '@/features/schedules/components/charge-runs'
import { EditScheduleDialog } from '@/features/schedules/components/edit-schedule-dialog'
import { PauseScheduleDialog } from '@/features/schedules/components/pause-schedule-dialog'
import { RunScheduleDialog } from '@/features/schedules/components/run-schedule-dialog'
import { TicksSheet } from '@/features/schedules/components/ticks-sheet'
import { cronWords } from '@/features/schedules/cron-words'
import type { Schedule } from '@/lib/api/types'
import { jobKind, jobState } from '@/lib/status'
import { formatSpan, formatUtc, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'
import { useUrlDialogOf } from '@/lib/use-url'

const dash = <span className="text-muted">—</span>

const COLUMNS: Column<Schedule>[] = [
  {
    id: 'name',
    head: 'Schedule',
    skeleton: 'w-32',
    cell: (s) => (
      <span className="grid">
        <HistoryLink schedule={s} />
        <Link
          to={`/admin/jobs?kind=${s.job_kind}`}
          className="inline-flex min-h-6 w-fit items-center text-[13px] text-muted hover:text-accent hover:underline"
        >
          {jobKind(s.job_kind)}
        </Link>
      </span>
    ),
  },
  {
    id: 'cron',
    head: 'When (UTC)',
    skeleton: 'w-40',
    className: 'max-w-72',
    cell: (s) => (
      <span className="grid gap-0.5">
        {cronWords(s.cron) ? <span className="first-letter:uppercase">{cronWords(s.cron)}</span> : null}
        <code className="text-xs text-muted">{s.cron}</code>
        <span className="sm:hidden">
          <NextTick schedule={s} short />
        </span>
      </span>
    ),
  },
  { id: 'next', head: 'Next tick', from: 'sm', skeleton: 'w-24', cell: (s) => <NextTick schedule={s} /> },
  {
    id: 'last',
    head: 'Last tick',
    from: 'lg',
    skeleton: 'w-20',
    cell: (s) =>
      s.last_tick ? (
        <span title={formatUtc(s.last_tick)}>
          <Ago at={s.last_tick} />
        </span>
      ) : (
        'Never'
      ),
  },
  {
    id: 'job',
    head: 'Last job',
    from: 'md',
    skeleton: 'w-20',
    cell: (s) =>
      s.last_job ? (
        <Link to={`/admin/jobs/${s.last_job.id}`} className="hover:text-accent hover:underline">
          <StatusDot status={jobState(s.last_job.state)} />
        </Link>
      ) : (
        dash
      ),
  },
  {
    id: 'catch-up',
    head: 'Catch-up',
    align: 'right',
    from: 'xl',
    skeleton: 'w-10',
    cell: (s) => (s.catch_up_s > 0 ? formatSpan(s.catch_up_s) : 'none'),
  },
  {
    id: 'menu',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-16',
    cell: (s) => <ScheduleActions schedule={s} />,
  },
]

export function SchedulesPage() {
  const query = useQuery(schedulesQuery)
  const { dialog, of, close } = useUrlDialogOf()
  const chosen = query.data?.items.find((s) => s.name === of)
  return (
    <Page
      title="Schedules"
      wide
      detail="Jobs that start by the clock. Each tick creates one job, however many schedulers run."
    >
      <DataTable
        label="Schedules"
        columns={COLUMNS}
        query={query}
        rowKey={(s) => s.name}
        empty={
          <Empty icon={<CalendarClock />} title="Nothing is scheduled">
            The scheduler adds its timetable when it first starts.
          </Empty>
        }
        skeletonRows={3}
      />
      <ChargeRuns />
      {chosen ? <Dialogs key={chosen.name} dialog={dialog} schedule={chosen} onClose={close} /> : null}
    </Page>
  )
}

function Dialogs({ dialog, schedule, onClose }: { dialog: string; schedule: Schedule; onClose: () => void }) {
  if (dialog === 'run') return <RunScheduleDialog schedule={schedule} onClose={onClose} />
  if (dialog === 'pause' && !schedule.paused)
    return <PauseScheduleDialog schedule={schedule} paused onClose={onClose} />
  if (dialog === 'resume' && schedule.paused)
    return <PauseScheduleDialog schedule={schedule} paused={false} onClose={onClose} />
  if (dialog === 'edit') return <EditScheduleDialog schedule={schedule} onClose={onClose} />
  if (dialog === 'history') return <TicksSheet schedule={schedule} onClose={onClose} />
  return null
}

function HistoryLink({ schedule: s }: { schedule: Schedule }) {
  const { show } = useUrlDialogOf()
  return (
    <button
      type="button"
      onClick={() => show('history', s.name)}
      className="min-h-6 rounded-sm text-left font-medium hover:text-accent hover:underline"
      aria-label={`History of ${s.name}`}
    >
      {s.name.split('.').map((part, n) => (
        <Fragment key={part}>
          {n > 0 ? (
            <>
              .<wbr />
            </>
          ) : null}
          {part}
        </Fragment>
      ))}
    </button>
  )
}

/** `short` leaves out what a phone has no room for. */
function NextTick({ schedule: s, short = false }: { schedule: Schedule; short?: boolean }) {
  const now = useNow(!s.paused)
  if (s.paused) {
    return (
      <span className="grid justify-items-start gap-0.5">
        <Badge tone="warning">Paused</Badge>
        {s.paused_reason && !short ? (
          <span className="max-w-48 truncate text-[13px] text-muted" title={s.paused_reason}>
            {s.paused_reason}
          </span>
        ) : null}
      </span>
    )
  }
  if (!s.next_tick) return <span className="text-muted">not known yet</span>
  const left = secondsBetween(new Date(now).toISOString(), s.next_tick)
  return (
    <span className="grid">
      <span className="num whitespace-nowrap">{left > 0 ? `in ${formatSpan(left)}` : 'now'}</span>
      {short ? null : (
        <time dateTime={s.next_tick} className="num text-[13px] whitespace-nowrap text-muted">
          {formatUtc(s.next_tick)}
        </time>
      )}
    </span>
  )
}

function ScheduleActions({ schedule: s }: { schedule: Schedule }) {
  const { show } = useUrlDialogOf()
  return (
    <span className="flex items-center justify-end gap-1">
      <Button size="sm" className="max-sm:hidden" aria-label={`Run ${s.name} now`} onClick={() => show('run', s.name)}>
        <Zap aria-hidden className="size-4" /> Run now
      </Button>
      <Menu
        trigger={
          <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${s.name}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
      >
        <MenuItem onSelect={() => show('run', s.name)}>
          <Zap aria-hidden /> Run now…
        </MenuItem>
        <MenuItem onSelect={() => show(s.paused ? 'resume' : 'pause', s.name)}>
          {s.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {s.paused ? 'Resume…' : 'Pause…'}
        </MenuItem>
        <MenuItem onSelect={() => show('edit', s.name)}>
          <Pencil aria-hidden /> Edit…
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => show('history', s.name)}>
          <History aria-hidden /> History
        </MenuItem>
      </Menu>
    </span>
  )
}
