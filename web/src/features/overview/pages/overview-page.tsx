import { useQuery } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { Link } from 'react-router'
import { Empty } from '@/components/empty'
import { Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { StatusDot } from '@/components/status-dot'
import { Table, type Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { overviewQuery } from '@/features/overview/api/queries'
import type { Overview } from '@/lib/api/types'
import { isLateQueue } from '@/lib/late-queue'
import { countOf } from '@/lib/numbers'
import { cloudStatus, JOB_STATES, jobState, vpsStatus } from '@/lib/status'
import { formatSpan } from '@/lib/time'

export function OverviewPage() {
  const query = useQuery(overviewQuery)
  return (
    <Page title="Overview" detail="Money and servers right now.">
      <QueryPanel query={query} loading={<Loading />}>
        {(o) => (
          <>
            <Trouble overview={o} />
            <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
              <Stat label="Revenue today" value={<Money value={o.revenue_today} />} to="/admin/customers" />
              <Stat label="Revenue this month" value={<Money value={o.revenue_month} />} to="/admin/customers" />
              <Stat
                label="Customers' balance"
                value={<Money value={o.balance_total} />}
                detail={`${o.customers} ${o.customers === 1 ? 'customer' : 'customers'}`}
                to="/admin/customers"
              />
              <Stat label="Customers' debt" value={<Debt owed={o.owed_total} />} to="/admin/customers" />
            </div>
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <div className="grid min-w-0 gap-4">
                <Jobs jobs={o.jobs} />
                <Queues queues={o.queues} />
              </div>
              <div className="grid min-w-0 gap-4">
                <VpsByStatus counts={o.servers} />
                <Clouds clouds={o.clouds} />
              </div>
            </div>
          </>
        )}
      </QueryPanel>
    </Page>
  )
}

const Loading = () => (
  <div className="grid gap-4">
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {[0, 1, 2, 3].map((n) => (
        <Skeleton key={n} className="h-[110px] rounded-lg" />
      ))}
    </div>
    <div className="grid gap-4 lg:grid-cols-2">
      {[0, 1, 2, 3].map((n) => (
        <Skeleton key={n} className="h-52 rounded-lg" />
      ))}
    </div>
  </div>
)

function Trouble({ overview }: { overview: Overview }) {
  const refused = overview.clouds.filter((c) => c.status === 'invalid')
  const undecided = overview.clouds.filter((c) => c.needs_decision)
  return (
    <>
      {overview.attention > 0 ? (
        <Alert
          tone="danger"
          title={`${countOf(overview.attention, 'job needs', 'jobs need')} attention`}
          action={
            <Button asChild size="sm">
              <Link to="/admin/jobs?attention=true">Open jobs</Link>
            </Button>
          }
        >
          They failed for good or got stuck. Open them to see why, and what to do.
        </Alert>
      ) : null}
      {overview.queues
        .filter((q) => q.paused)
        .map((q) => (
          <Alert
            key={q.queue}
            tone="warning"
            title={`Queue ${q.queue} is paused`}
            action={
              <Button asChild size="sm">
                <Link to={`/admin/jobs?queue=${q.queue}&dialog=resume&of=${q.queue}`}>Resume</Link>
              </Button>
            }
          >
            {q.paused_reason ? <p>{q.paused_reason}</p> : null}
            <p>
              {q.due > 0 ? `${countOf(q.due, 'job waits', 'jobs wait')} in it, and none` : 'No job in it'} begins until
              it is resumed. Customers see theirs as queued.
            </p>
          </Alert>
        ))}
      {undecided.map((c) => (
        <Alert
          key={c.id}
          tone="danger"
          title={`${c.name} needs your decision`}
          action={
            <Button asChild size="sm">
              <Link to={`/admin/clouds/${c.id}`}>Open cloud</Link>
            </Button>
          }
        >
          Servers or machines there are not as they should be. Nothing is marked or deleted until you have seen them.
        </Alert>
      ))}
      {refused.map((c) => (
        <Alert
          key={c.id}
          tone="warning"
          title={`${c.name} refuses its token`}
          action={
            <Button asChild size="sm">
              <Link to={`/admin/clouds/${c.id}`}>Open cloud</Link>
            </Button>
          }
        >
          Nothing can be created or changed there until the token is replaced.
        </Alert>
      ))}
    </>
  )
}

function VpsByStatus({ counts }: { counts: Overview['servers'] }) {
  const rows = Object.entries(counts).filter(([, n]) => n > 0)
  return (
    <Card aria-labelledby="by-status">
      <CardHeader id="by-status" title="Servers" />
      {rows.length === 0 ? (
        <Empty icon={<CircleAlert />} title="No servers yet" />
      ) : (
        <CardBody>
          <ul className="grid gap-2">
            {rows.map(([status, n]) => (
              <li key={status} className="flex justify-between">
                <StatusDot status={vpsStatus(status)} />
                <span className="num font-medium">{n}</span>
              </li>
            ))}
          </ul>
        </CardBody>
      )}
    </Card>
  )
}

function Jobs({ jobs }: { jobs: Overview['jobs'] }) {
  return (
    <Card aria-labelledby="by-state">
      <CardHeader id="by-state" title="Jobs" />
      <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-b-lg bg-border">
        {JOB_STATES.map((state) => (
          <li key={state} className="bg-surface">
            <Link
              to={`/admin/jobs?state=${state}`}
              className="flex min-h-10 items-center justify-between px-4 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
            >
              <StatusDot status={{ ...jobState(state), moving: false }} />
              <span className="num font-medium">{jobs[state] ?? 0}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

type QueueRow = Overview['queues'][number]

const QUEUE_COLUMNS: Column<QueueRow>[] = [
  {
    id: 'queue',
    head: 'Queue',
    cell: (q) => (
      <span className="inline-flex flex-wrap items-center gap-2">
        <Link to={`/admin/jobs?queue=${q.queue}`} className="hover:text-accent hover:underline">
          {q.queue}
        </Link>
        {q.paused ? <Badge tone="warning">Paused</Badge> : null}
      </span>
    ),
  },
  { id: 'due', head: 'Due', align: 'right', cell: (q) => q.due },
  { id: 'running', head: 'Running', align: 'right', cell: (q) => q.running },
  {
    id: 'oldest',
    head: 'Oldest due',
    align: 'right',
    cell: (q) =>
      q.oldest_due_s == null ? (
        <span className="text-muted">—</span>
      ) : (
        <span className={isLateQueue(q) ? 'font-medium text-warning' : ''}>{formatSpan(q.oldest_due_s)}</span>
      ),
  },
]

function Queues({ queues }: { queues: QueueRow[] }) {
  return (
    <Card aria-labelledby="queues">
      <CardHeader id="queues" title="Queues" />
      <Table label="Queues" columns={QUEUE_COLUMNS} rows={queues} rowKey={(q) => q.queue} density="dense" />
    </Card>
  )
}

function Clouds({ clouds }: { clouds: Overview['clouds'] }) {
  return (
    <Card aria-labelledby="clouds">
      <CardHeader id="clouds" title="Clouds" />
      {clouds.length === 0 ? (
        <Empty
          icon={<CircleAlert />}
          title="No cloud is connected"
          action={
            <Button asChild variant="primary">
              <Link to="/admin/clouds?dialog=connect">Connect cloud</Link>
            </Button>
          }
        >
          Servers are created on a cloud that you connect.
        </Empty>
      ) : (
        <ul>
          {clouds.map((c) => (
            <li key={c.id} className="border-b last:border-b-0">
              <Link
                to={`/admin/clouds/${c.id}`}
                className="flex min-h-11 items-center justify-between gap-4 px-4 hover:bg-surface-2 sm:px-5"
              >
                <Truncated text={c.name} />
                <StatusDot status={cloudStatus(c.status)} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
