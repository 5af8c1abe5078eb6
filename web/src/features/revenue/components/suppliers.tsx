import { useQuery } from '@tanstack/react-query'
import { FileInput } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { marginQuery, suppliersQuery } from '@/features/revenue/api/suppliers'
import { ImportDialog, MarginDialog } from '@/features/revenue/components/supplier-dialogs'
import { SupplierDialog } from '@/features/revenue/components/supplier-servers'
import type { SupplierInvoice } from '@/lib/api/types'
import { useUrl, useUrlDialogOf } from '@/lib/use-url'

const columns = (low: number, show: (id: string) => void): Column<SupplierInvoice>[] => [
  {
    id: 'number',
    head: 'Invoice',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (i) => (
      <span className="grid justify-items-start">
        <button
          type="button"
          className="text-left font-medium wrap-anywhere hover:text-accent hover:underline"
          onClick={() => show(i.id)}
        >
          {i.number}
        </button>
        <span className="text-[13px] text-muted wrap-anywhere">{i.cloud_name}</span>
      </span>
    ),
  },
  {
    id: 'time',
    head: 'From',
    from: 'lg',
    skeleton: 'w-32',
    cell: (i) => (
      <span className="num">
        {i.from.slice(0, 10)} to {i.to.slice(0, 10)}
      </span>
    ),
  },
  { id: 'total', head: 'Asked', align: 'right', skeleton: 'w-16', cell: (i) => <Money value={i.total} /> },
  {
    id: 'charged',
    head: 'Charged',
    align: 'right',
    from: 'sm',
    skeleton: 'w-16',
    cell: (i) => <Money value={i.charged} />,
  },
  {
    id: 'margin',
    head: 'Margin',
    align: 'right',
    skeleton: 'w-16',
    cell: (i) => (
      <span className="grid justify-items-end gap-0.5">
        <Money value={i.margin} className={i.margin.amount.startsWith('-') ? 'text-danger' : ''} />
        {i.margin_bp == null || i.margin_bp < low ? (
          <Badge tone="danger">{i.margin_bp == null ? 'Nothing charged' : `${(i.margin_bp / 100).toFixed(1)} %`}</Badge>
        ) : (
          <span className="text-[13px] text-muted">{(i.margin_bp / 100).toFixed(1)} %</span>
        )}
      </span>
    ),
  },
  {
    id: 'unknown',
    head: 'Not known',
    align: 'right',
    from: 'md',
    skeleton: 'w-8',
    cell: (i) =>
      i.unknown_machines === 0 ? (
        '—'
      ) : (
        <Badge tone="warning">{i.unknown_machines === 1 ? '1 machine' : `${i.unknown_machines} machines`}</Badge>
      ),
  },
]

/** What suppliers ask for, beside what was charged for it. */
export function Suppliers() {
  const query = useQuery(suppliersQuery(useUrl().get('cursor')))
  const margin = useQuery(marginQuery)
  const { dialog, of, show, close } = useUrlDialogOf()
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">
          {margin.data ? `A margin below ${margin.data.margin_bp / 100} % is an alert of the overview.` : null}
        </p>
        <span className="flex flex-wrap gap-2">
          <Button onClick={() => show('margin', 'all')}>Set the margin</Button>
          <Button variant="primary" onClick={() => show('import', 'all')}>
            <FileInput aria-hidden className="size-4" /> Import an invoice
          </Button>
        </span>
      </div>
      <DataTable
        label="Suppliers’ invoices"
        columns={columns(margin.data?.margin_bp ?? 0, (id) => show('supplier', id))}
        query={query}
        rowKey={(i) => i.id}
        empty={
          <Empty icon={<FileInput />} title="No invoices yet">
            Import what a supplier asks for, and each server is compared with what its customer was charged.
          </Empty>
        }
      />
      {dialog === 'supplier' && of ? <SupplierDialog key={of} id={of} onClose={close} /> : null}
      {dialog === 'import' ? <ImportDialog onClose={close} /> : null}
      {dialog === 'margin' && margin.data ? <MarginDialog bp={margin.data.margin_bp} onClose={close} /> : null}
    </div>
  )
}
