import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Table, type Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { chargeRunsQuery } from '@/features/schedules/api/queries'
import type { ChargeRun } from '@/lib/api/types'
import { formatSpan, formatUtc } from '@/lib/time'

const COLUMNS: Column<ChargeRun>[] = [
  {
    id: 'tick',
    head: 'Hours until (UTC)',
    cell: (run) => (
      <Link to={`/admin/jobs/${run.id}`} className="hover:text-accent hover:underline">
        {formatUtc(run.tick)}
      </Link>
    ),
  },
  { id: 'state', head: 'State', cell: (run) => <RunState run={run} /> },
  { id: 'charged', head: 'Charged', align: 'right', from: 'sm', cell: (run) => run.charged },
  { id: 'skipped', head: 'Nothing due', align: 'right', from: 'lg', cell: (run) => run.skipped },
  { id: 'debt', head: 'In debt', align: 'right', from: 'md', cell: (run) => run.in_debt },
  { id: 'failed', head: 'Failed', align: 'right', from: 'lg', cell: (run) => run.failed },
  { id: 'rows', head: 'Hours', align: 'right', from: 'md', cell: (run) => run.rows },
  { id: 'amount', head: 'Amount', align: 'right', cell: (run) => <Money value={run.amount} /> },
  { id: 'took', head: 'Took', align: 'right', from: 'sm', cell: (run) => formatSpan(run.seconds) },
]

function RunState({ run }: { run: ChargeRun }) {
  if (run.chunks_failed > 0) return <Badge tone="danger">Needs attention</Badge>
  if (run.ended_at) return <Badge tone="success">Done</Badge>
  return (
    <Badge>
      {run.chunks_done} of {run.chunks}
    </Badge>
  )
}

/** What each run of the hourly billing charged: figures are kept, and a repeated run charges nothing. */
export function ChargeRuns() {
  const query = useQuery(chargeRunsQuery)
  return (
    <Card aria-labelledby="charge-runs" className="overflow-hidden">
      <CardHeader
        id="charge-runs"
        title="Hourly billing"
        detail="Organisations and hours that each run charged. Charging an hour again changes nothing."
      />
      <QueryPanel query={query} loading={<Skeleton className="m-4 h-24" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-4 text-muted">No hour was charged yet.</p>
          ) : (
            <Table label="Hourly billing" columns={COLUMNS} rows={items} rowKey={(run) => run.id} density="dense" />
          )
        }
      </QueryPanel>
    </Card>
  )
}
