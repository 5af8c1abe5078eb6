import type { UseQueryResult } from '@tanstack/react-query'
import { Ban, Copy, Ellipsis, Filter, ListChecks, RotateCw, Trash2 } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { selectionColumn, type RowSelection } from '@/components/row-selection'
import { StatusDot } from '@/components/status-dot'
import type { Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu'
import { useJobFilter } from '@/features/jobs/filter'
import { tryOf } from '@/features/jobs/tries'
import type { AdminJob } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { copyText } from '@/lib/clipboard'
import { formatDuration } from '@/lib/numbers'
import { isOpenJob, jobName, jobState } from '@/lib/status'
import { formatSpan, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'
import { useUrlDialogOf } from '@/lib/use-url'
import { useToasts } from '@/stores/toasts'

const JobDialogs = lazy(() => import('@/features/jobs/components/job-dialogs').then((m) => ({ default: m.JobDialogs })))

const dash = <span className="text-muted">—</span>

const COLUMNS: Column<AdminJob>[] = [
  {
    id: 'job',
    head: 'Job',
    skeleton: 'w-32',
    className: 'max-sm:w-full sm:max-w-60 xl:min-w-32',
    cell: (j) => (
      <span className="grid">
        <Link
          to={`/admin/jobs/${j.id}`}
          className="font-medium wrap-anywhere hover:text-accent hover:underline sm:truncate"
        >
          {jobName(j)}
        </Link>
        <span
          className={cn('text-[13px] wrap-anywhere text-muted sm:truncate', !j.target && 'max-sm:hidden')}
          title={j.target?.label ?? j.kind}
        >
          {j.target?.label ?? j.kind}
        </span>
        <Marks job={j} />
      </span>
    ),
  },
  { id: 'state', head: 'State', skeleton: 'w-20', cell: (j) => <State job={j} /> },
  {
    id: 'queue',
    head: 'Queue, cloud',
    from: 'lg',
    skeleton: 'w-16',
    className: 'max-w-40',
    cell: (j) => (
      <span className="grid">
        <span>{j.queue}</span>
        {j.cloud ? (
          <span className="truncate text-[13px] text-muted" title={j.cloud.name}>
            {j.cloud.name}
          </span>
        ) : null}
      </span>
    ),
  },
  {
    id: 'attempts',
    head: 'Failed attempts',
    align: 'right',
    from: 'md',
    skeleton: 'w-8',
    cell: (j) => (
      <>
        {j.attempts}
        <span className="text-muted"> / {j.max_attempts}</span>
      </>
    ),
  },
  {
    id: 'wait',
    head: 'Queued for',
    align: 'right',
    from: 'xl',
    skeleton: 'w-10',
    className: 'whitespace-nowrap',
    cell: (j) => (j.wait_s == null ? dash : formatDuration(j.wait_s)),
  },
  {
    id: 'run',
    head: 'Ran',
    align: 'right',
    from: 'lg',
    skeleton: 'w-10',
    className: 'whitespace-nowrap',
    cell: (j) => (j.started_at == null ? dash : formatDuration(j.run_s)),
  },
  {
    id: 'age',
    head: 'Age',
    align: 'right',
    from: 'sm',
    skeleton: 'w-10',
    cell: (j) => <Ago at={j.created_at} suffix={false} />,
  },
  {
    id: 'error',
    head: 'Error',
    from: 'xl',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (j) =>
      j.error ? (
        <span className="grid" title={j.error.message}>
          <Truncated text={j.error.message} className="text-danger" />
          <Truncated text={j.error.code} className="font-mono text-xs text-muted" />
        </span>
      ) : (
        dash
      ),
  },
  {
    id: 'org',
    head: 'Organisation, user',
    from: 'lg',
    className: 'max-w-44',
    cell: (j) => (
      <span className="grid">
        <span className="truncate" title={j.organisation?.name}>
          {j.organisation?.name ?? dash}
        </span>
        <Truncated text={j.actor?.name ?? 'System'} className="text-[13px] text-muted" />
      </span>
    ),
  },
  {
    id: 'menu',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-6',
    cell: (j) => <JobMenu job={j} />,
  },
]

/** Which job it retries, and which one retries it. */
function Marks({ job }: { job: AdminJob }) {
  const marks = [
    ['Retried as', job.taken_up_by],
    ['Retry of', job.retry_of],
  ] as const
  return marks.map(([words, id]) =>
    id ? (
      <Link
        key={words}
        to={`/admin/jobs/${id}`}
        title={id}
        className="w-fit max-w-full truncate text-xs text-muted hover:text-accent hover:underline"
      >
        {words} <span className="font-mono">…{id.slice(-6)}</span>
      </Link>
    ) : null,
  )
}

/** The state, and under it how far it is or when it is next tried. */
function State({ job }: { job: AdminJob }) {
  const now = useNow(job.state === 'retry')
  const left = secondsBetween(new Date(now).toISOString(), job.run_at)
  const going =
    job.state === 'retry'
      ? `${tryOf(job)}, next ${left > 0 ? `in ${formatSpan(left)}` : 'now'}`
      : isOpenJob(job.state) && job.progress && job.progress.percent > 0
        ? `${job.progress.percent} %`
        : null
  return (
    <span className="grid justify-items-start">
      <span className="flex items-center gap-x-2">
        <StatusDot status={jobState(job.state)} />
        {job.cancel_requested && isOpenJob(job.state) ? <Badge tone="warning">cancelling</Badge> : null}
      </span>
      {going ? <span className="num pl-4 text-[13px] text-muted">{going}</span> : null}
    </span>
  )
}

interface JobsTableProps {
  query: UseQueryResult<{ items: AdminJob[]; next?: string | null }>
  selection: RowSelection
}

const nameOf = (j: AdminJob) => `${jobName(j)} ${j.target?.label ?? j.id}`

export function JobsTable({ query, selection }: JobsTableProps) {
  const { any, clear } = useJobFilter()
  const { dialog, of, close } = useUrlDialogOf()
  const chosen = query.data?.items.find((j) => j.id === of)
  return (
    <>
      <DataTable
        label="Jobs"
        columns={[selectionColumn(selection, query.data?.items ?? [], (j) => j.id, nameOf), ...COLUMNS]}
        query={query}
        rowKey={(j) => j.id}
        rowTo={(j) => `/admin/jobs/${j.id}`}
        empty={
          <Empty
            icon={<ListChecks />}
            title={any ? 'No jobs match' : 'No jobs yet'}
            action={any ? <Button onClick={clear}>Clear filters</Button> : null}
          >
            {any ? 'Try another state, kind or name.' : 'Connect a cloud, and checking it will be the first job.'}
          </Empty>
        }
      />
      {chosen ? (
        <Suspense fallback={null}>
          <JobDialogs dialog={dialog} job={chosen} onClose={close} />
        </Suspense>
      ) : null}
    </>
  )
}

async function copyId(id: string) {
  if (await copyText(id)) return
  useToasts.getState().push({ tone: 'info', title: 'Your browser did not let the page copy the ID', detail: id })
}

function JobMenu({ job }: { job: AdminJob }) {
  const { show } = useUrlDialogOf()
  const { set } = useJobFilter()
  const org = job.organisation
  const error = job.error
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${nameOf(job)}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
    >
      {job.can_retry ? (
        <MenuItem onSelect={() => show('retry', job.id)}>
          <RotateCw aria-hidden /> Retry…
        </MenuItem>
      ) : null}
      {job.can_cancel ? (
        <MenuItem danger onSelect={() => show('cancel', job.id)}>
          <Ban aria-hidden /> Cancel…
        </MenuItem>
      ) : null}
      {job.can_discard ? (
        <MenuItem danger onSelect={() => show('discard', job.id)}>
          <Trash2 aria-hidden /> Discard…
        </MenuItem>
      ) : null}
      {job.can_retry || job.can_cancel || job.can_discard ? <MenuSeparator /> : null}
      <MenuLabel>Show only jobs</MenuLabel>
      <MenuItem onSelect={() => set({ kind: job.kind })}>
        <Filter aria-hidden /> of this kind
      </MenuItem>
      {org ? (
        <MenuItem onSelect={() => set({ org: org.id })}>
          <Filter aria-hidden /> of {org.name}
        </MenuItem>
      ) : null}
      {error ? (
        <MenuItem onSelect={() => set({ error: error.code })}>
          <Filter aria-hidden /> with this error
        </MenuItem>
      ) : null}
      <MenuSeparator />
      <MenuItem onSelect={() => void copyId(job.id)}>
        <Copy aria-hidden /> Copy job ID
      </MenuItem>
    </Menu>
  )
}
