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
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { overviewQuery } from '@/features/overview/api/queries'
import { Alerts } from '@/features/overview/components/alerts'
import { ServerHistory } from '@/features/overview/components/server-history'
import { SetupList } from '@/features/overview/components/setup-list'
import { Today } from '@/features/overview/components/today'
import type { Overview } from '@/lib/api/types'
import { isLateQueue } from '@/lib/late-queue'
import { cloudStatus, JOB_STATES, jobState, vpsStatus } from '@/lib/status'
import { formatSpan } from '@/lib/time'

export function OverviewPage() {
  const query = useQuery(overviewQuery)
  return (
    <Page title="Overview" detail="What needs attention, and how things stand.">
      <QueryPanel query={query} loading={<Loading />}>
        {(o) => (
          <>
            <Alerts alerts={o.alerts} />
            <SetupList />
            <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
              <Stat label="Revenue today" value={<Money value={o.revenue_today} />} to="/admin/customers?sort=rate" />
              <Stat
                label="Revenue this month"
                value={<Money value={o.revenue_month} />}
                to="/admin/customers?sort=rate"
              />
              <Stat
                label="Customers' balance"
                value={<Money value={o.balance_total} />}
                detail={`${o.customers} ${o.customers === 1 ? 'customer' : 'customers'}`}
                to="/admin/customers?sort=balance"
              />
              <Stat label="Customers' debt" value={<Debt owed={o.owed_total} />} to="/admin/customers?sort=owed" />
            </div>
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <div className="grid min-w-0 gap-4">
                <ServerHistory />
                <Today today={o.today} />
                <VpsByStatus counts={o.servers} />
              </div>
              <div className="grid min-w-0 gap-4">
                <Jobs jobs={o.jobs} />
                <Queues queues={o.queues} />
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

function VpsByStatus({ counts }: { counts: Overview['servers'] }) {
  const rows = Object.entries(counts).filter(([, n]) => n > 0)
  return (
    <Card aria-labelledby="by-status">
      <CardHeader id="by-status" title="Servers" />
      {rows.length === 0 ? (
        <Empty icon={<CircleAlert />} title="No servers yet" />
      ) : (
        <ul>
          {rows.map(([status, n]) => (
            <li key={status} className="border-b last:border-b-0">
              <Link
                to={`/admin/servers?status=${status}`}
                className="flex min-h-10 items-center justify-between gap-4 px-4 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
              >
                <StatusDot status={vpsStatus(status)} />
                <span className="num font-medium">{n}</span>
              </Link>
            </li>
          ))}
        </ul>
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
