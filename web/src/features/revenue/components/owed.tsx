import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Ago } from '@/components/date-time'
import { Debt, Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Table, type Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { receivablesQuery } from '@/features/revenue/api/queries'
import { WriteOffDialog } from '@/features/revenue/components/write-off-dialog'
import type { Aged, Debtor, Receivables } from '@/lib/api/types'
import { useUrlDialogOf } from '@/lib/use-url'

/** What customers owe and what the payment provider holds, by age. */
export function Owed() {
  const query = useQuery(receivablesQuery)
  const { dialog, of, show, close } = useUrlDialogOf()
  return (
    <QueryPanel query={query} loading={<Skeleton className="h-96 rounded-lg" />}>
      {(data) => {
        const chosen = dialog === 'write-off' ? data.debtors.find((debtor) => debtor.org_id === of) : undefined
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
            <Card aria-labelledby="ages" className="overflow-hidden">
              <CardHeader
                id="ages"
                title="By age"
                detail="What is paid pays the oldest first, so what is open is as old as the newest charges."
              />
              <Table label="By age" columns={LINE_COLUMNS} rows={lines(data)} rowKey={(line) => line.label} />
            </Card>
            <Card aria-labelledby="debtors" className="overflow-hidden">
              <CardHeader id="debtors" title="Customers who owe" detail="Who owes the most is first." />
              {data.debtors.length === 0 ? (
                <p className="px-5 py-8 text-center text-muted">No customer owes anything.</p>
              ) : (
                <Table
                  label="Customers who owe"
                  columns={debtorColumns((debtor) => show('write-off', debtor.org_id))}
                  rows={data.debtors}
                  rowKey={(debtor) => debtor.org_id}
                />
              )}
            </Card>
            {chosen ? <WriteOffDialog key={chosen.org_id} debtor={chosen} onClose={close} /> : null}
          </div>
        )
      }}
    </QueryPanel>
  )
}

interface Line {
  label: string
  detail: string
  aged: Aged
}

const lines = (data: Receivables): Line[] => [
  { label: 'Customers', detail: 'for hours that their wallets could not pay', aged: data.owed },
  { label: 'PayPal', detail: 'took it and has not paid it out', aged: data.clearing },
  { label: 'Unallocated', detail: 'arrived and fits nothing', aged: data.unallocated },
]

function ages<T>(of: (row: T) => Aged): Column<T>[] {
  const column = (id: keyof Aged, head: string, from?: 'sm' | 'md'): Column<T> => ({
    id,
    head,
    align: 'right',
    ...(from ? { from } : {}),
    cell: (row) => <Money value={of(row)[id]} />,
  })
  return [
    column('to_30', '0–30 days', 'md'),
    column('to_60', '31–60', 'md'),
    column('to_90', '61–90', 'md'),
    column('over_90', 'Over 90', 'sm'),
  ]
}

const LINE_COLUMNS: Column<Line>[] = [
  {
    id: 'label',
    head: 'What is owed',
    cell: (line) => (
      <span className="grid">
        <span className="font-medium">{line.label}</span>
        <span className="text-[13px] text-muted">{line.detail}</span>
      </span>
    ),
  },
  ...ages((line: Line) => line.aged),
  { id: 'total', head: 'In all', align: 'right', cell: (line) => <Money value={line.aged.total} /> },
]

const debtorColumns = (writeOff: (debtor: Debtor) => void): Column<Debtor>[] => [
  {
    id: 'name',
    head: 'Customer',
    className: 'max-w-64',
    cell: (d) => (
      <span className="grid">
        <Link to={`/admin/customers/${d.org_id}?tab=money`} className="wrap-anywhere hover:text-accent hover:underline">
          {d.name}
        </Link>
        <span className="text-[13px] text-muted">
          the oldest <Ago at={d.since} />
        </span>
      </span>
    ),
  },
  ...ages((d: Debtor) => d.owed),
  { id: 'total', head: 'In all', align: 'right', cell: (d) => <Debt owed={d.owed.total} /> },
  {
    id: 'write-off',
    head: <span className="sr-only">Actions</span>,
    className: 'text-right',
    cell: (d) => (
      <Button size="sm" aria-label={`Write off the debt of ${d.name}`} onClick={() => writeOff(d)}>
        Write off
      </Button>
    ),
  },
]
