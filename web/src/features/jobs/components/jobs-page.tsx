import { useQuery } from '@tanstack/react-query'
import { ListChecks, X } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable, type Column } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty, Page } from '@/components/page'
import { SearchField } from '@/components/search-field'
import { StatusDot } from '@/components/status-dot'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/field'
import { jobCountsQuery, jobsQuery } from '@/features/jobs/api/queries'
import type { AdminJob } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { JOB_KINDS, JOB_STATES, jobKind, jobState } from '@/lib/status'
import { useUrl } from '@/lib/use-url'

const PAGE_SIZE = 50
const QUEUES = ['provision', 'power', 'billing', 'mail']
const dash = <span className="text-muted">—</span>

const COLUMNS: Column<AdminJob>[] = [
  {
    id: 'job',
    head: 'Job',
    skeleton: 'w-32',
    className: 'max-w-60',
    cell: (j) => (
      <span className="grid">
        <Link to={`/admin/jobs/${j.id}`} className="truncate font-medium hover:text-accent hover:underline">
          {jobKind(j.kind)}
        </Link>
        <span className="truncate text-[13px] text-muted">{j.target?.label ?? j.kind}</span>
      </span>
    ),
  },
  {
    id: 'state',
    head: 'State',
    skeleton: 'w-20',
    cell: (j) => (
      <span className="flex items-center gap-2">
        <StatusDot status={jobState(j.state)} />
        {j.cancel_requested ? <Badge tone="warning">cancelling</Badge> : null}
      </span>
    ),
  },
  { id: 'queue', head: 'Queue', from: 'lg', skeleton: 'w-16', cell: (j) => j.queue },
  {
    id: 'attempts',
    head: 'Failed tries',
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
  { id: 'age', head: 'Age', align: 'right', from: 'sm', skeleton: 'w-10', cell: (j) => <Ago at={j.created_at} suffix={false} /> },
  {
    id: 'error',
    head: 'Error',
    from: 'xl',
    skeleton: 'w-32',
    className: 'max-w-72',
    cell: (j) =>
      j.error ? (
        <span className="block truncate text-danger" title={j.error.message}>
          {j.error.message}
        </span>
      ) : (
        dash
      ),
  },
  { id: 'org', head: 'Organisation', from: 'lg', className: 'max-w-44 truncate', cell: (j) => j.organisation?.name ?? dash },
  { id: 'actor', head: 'By', from: 'xl', className: 'max-w-36 truncate', cell: (j) => j.actor?.name ?? 'System' },
]

export function JobsPage() {
  const { get, set } = useUrl()
  const filter = Object.fromEntries(['state', 'kind', 'queue', 'org', 'q', 'cursor'].flatMap((name) => (get(name) ? [[name, get(name)]] : [])))
  const query = useQuery(jobsQuery({ limit: PAGE_SIZE, ...filter }))
  const filtered = Object.keys(filter).length > 0
  return (
    <Page title="Jobs" wide detail="Everything the panel does in the background.">
      <States />
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search by server or job id" />
        <Select aria-label="Kind" className="w-40" value={get('kind')} onChange={(e) => set({ kind: e.target.value })}>
          <option value="">Any kind</option>
          {JOB_KINDS.map((k) => (
            <option key={k} value={k}>
              {jobKind(k)}
            </option>
          ))}
        </Select>
        <Select aria-label="Queue" className="w-36" value={get('queue')} onChange={(e) => set({ queue: e.target.value })}>
          <option value="">Any queue</option>
          {QUEUES.map((q) => (
            <option key={q}>{q}</option>
          ))}
        </Select>
        {get('org') ? (
          <Button size="sm" onClick={() => set({ org: null })}>
            {query.data?.items[0]?.organisation?.name ?? 'One organisation'} <X aria-label="Remove filter" className="size-4" />
          </Button>
        ) : null}
      </div>
      <DataTable
        label="Jobs"
        columns={COLUMNS}
        query={query}
        rowKey={(j) => j.id}
        rowTo={(j) => `/admin/jobs/${j.id}`}
        empty={
          <Empty
            icon={<ListChecks />}
            title={filtered ? 'No job matches' : 'No job has run yet'}
            action={filtered ? <Button onClick={() => set({ state: null, kind: null, queue: null, org: null, q: null })}>Clear filters</Button> : null}
          >
            {filtered ? 'Try another state, kind or name.' : 'Connect a cloud, and its check will be the first.'}
          </Empty>
        }
      />
    </Page>
  )
}

/** Counts by state, each a filter. */
function States() {
  const { get, set } = useUrl()
  const { data } = useQuery(jobCountsQuery)
  const chosen = get('state')
  return (
    <div role="group" aria-label="State" className="flex gap-2 overflow-x-auto p-0.5 -m-0.5">
      {JOB_STATES.map((state) => {
        const n = data?.by_state[state] ?? 0
        const on = chosen === state
        return (
          <button
            key={state}
            type="button"
            aria-pressed={on}
            onClick={() => set({ state: on ? null : state })}
            className={cn(
              'flex h-9 shrink-0 items-center gap-3 rounded-md border bg-surface px-3 text-[13px] transition-colors hover:border-line touch:h-11',
              on && 'border-accent bg-accent-soft ring-1 ring-accent',
            )}
          >
            <StatusDot status={{ ...jobState(state), moving: false }} />
            <span className="num font-semibold">{data ? n : '·'}</span>
          </button>
        )
      })}
    </div>
  )
}
