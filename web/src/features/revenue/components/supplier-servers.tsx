import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Table, type Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { supplierQuery } from '@/features/revenue/api/suppliers'
import type { SupplierServer } from '@/lib/api/types'

const COLUMNS: Column<SupplierServer>[] = [
  {
    id: 'machine',
    head: 'Server',
    className: 'max-w-48',
    cell: (s) => (
      <span className="grid justify-items-start">
        {s.vps_id ? (
          <Link to={`/admin/customers/${s.org_id}`} className="wrap-anywhere hover:text-accent hover:underline">
            {s.label}
          </Link>
        ) : (
          <Badge tone="warning">Not known</Badge>
        )}
        <span className="text-[13px] text-muted wrap-anywhere">
          {s.machine}
          {s.org_name ? `, ${s.org_name}` : ''}
        </span>
      </span>
    ),
  },
  { id: 'asked', head: 'Asked', align: 'right', cell: (s) => <Money value={s.asked} digits="exact" /> },
  {
    id: 'charged',
    head: 'Charged',
    align: 'right',
    from: 'sm',
    cell: (s) => <Money value={s.charged} digits="exact" />,
  },
  {
    id: 'difference',
    head: 'Difference',
    align: 'right',
    cell: (s) => (
      <Money value={s.difference} digits="exact" className={s.difference.amount.startsWith('-') ? 'text-danger' : ''} />
    ),
  },
]

/** One invoice, machine by machine. */
export function SupplierDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(supplierQuery(id))
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={query.data ? query.data.invoice.number : 'Invoice'}
      detail="What the supplier asks for, beside what was charged for the hours that began in its time."
    >
      <QueryPanel query={query} loading={<Skeleton className="h-64" />}>
        {({ invoice, servers }) => (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Facts
              items={[
                ['For our servers', <Money key="a" value={invoice.asked} />],
                ['For machines that are not known', <Money key="u" value={invoice.unknown} />],
                ['For no machine', <Money key="o" value={invoice.other} />],
                ['Charged', <Money key="c" value={invoice.charged} />],
              ]}
            />
            <Table label="Machines" columns={COLUMNS} rows={servers} rowKey={(s) => s.machine} />
          </div>
        )}
      </QueryPanel>
    </Dialog>
  )
}
