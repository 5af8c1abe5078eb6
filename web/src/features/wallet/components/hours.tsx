import { useQuery } from '@tanstack/react-query'
import { Receipt, Server } from 'lucide-react'
import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { QueryPanel } from '@/components/query-panel'
import { Table, type Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Skeleton } from '@/components/ui/skeleton'
import { linesQuery } from '@/features/wallet/api/queries'
import type { StatementEntry, UsageLine } from '@/lib/api/types'
import { formatTime } from '@/lib/time'
import { useOrg } from '@/lib/use-org'

const COLUMNS: Column<UsageLine>[] = [
  {
    id: 'vps',
    head: 'Server',
    className: 'max-w-40',
    cell: (line) => (
      <OrgLink
        to={`/servers/${line.vps_id}`}
        title={line.label}
        className="flex min-h-6 items-center gap-1.5 hover:text-accent hover:underline"
      >
        <Server aria-hidden className="size-3.5 shrink-0 text-muted" />
        <Truncated text={line.label} />
      </OrgLink>
    ),
  },
  {
    id: 'hour',
    head: 'Hour',
    className: 'num text-muted',
    cell: (line) => (
      <>
        hour {line.hour_no}
        {line.seconds === 3600 ? null : `, ${String(line.seconds)} s`}
        <span className="max-sm:hidden">
          , {formatTime(line.from)} – {formatTime(line.to)}
        </span>
      </>
    ),
  },
  {
    id: 'amount',
    head: 'Amount',
    align: 'right',
    cell: (line) => (
      <>
        <Money value={line.amount} digits="rate" />
        {line.tax ? (
          <span className="text-muted">
            {line.tax_added ? ' + ' : ', of it '}
            <Money value={line.tax} digits="rate" /> tax
          </span>
        ) : null}
      </>
    ),
  },
]

/** The hours of which a charge is made. */
export function Hours({ entry }: { entry: StatementEntry }) {
  const query = useQuery(linesQuery(useOrg().id, entry.id))
  return (
    <QueryPanel query={query} loading={<Skeleton className="h-10 w-full" />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="flex items-center gap-2 text-muted">
            <Receipt aria-hidden className="size-4" /> This entry is not made of hours.
          </p>
        ) : (
          <Table
            label={`Hours of ${entry.description}`}
            columns={COLUMNS}
            rows={items}
            rowKey={(line) => `${line.vps_id}-${line.hour_no}`}
            density="dense"
            headless
            className="-mx-4 sm:-mx-5"
          />
        )
      }
    </QueryPanel>
  )
}
