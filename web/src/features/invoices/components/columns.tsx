import { Link } from 'react-router'
import { Money } from '@/components/money'
import type { Column } from '@/components/table'
import { KIND_WORDS } from '@/features/invoices/words'
import type { Invoice } from '@/lib/api/types'
import { formatDateTime, formatMonth } from '@/lib/time'

/** The columns of a list of documents; `to` is where one is opened. */
export const invoiceColumns = (to: (invoice: Invoice) => string, withOrg = false): Column<Invoice>[] => [
  {
    id: 'number',
    head: 'Number',
    skeleton: 'w-24',
    cell: (i) => (
      <Link to={to(i)} className="num font-medium hover:text-accent hover:underline">
        {i.number}
      </Link>
    ),
  },
  {
    id: 'kind',
    head: 'Kind',
    skeleton: 'w-20',
    cell: (i) => (
      <span className="grid">
        <span>{KIND_WORDS[i.kind]}</span>
        <span className="text-[13px] text-muted">
          {i.period_from ? formatMonth(i.period_from.slice(0, 7)) : i.corrects ? `corrects ${i.corrects}` : null}
        </span>
      </span>
    ),
  },
  ...(withOrg
    ? [
        {
          id: 'org',
          head: 'Customer',
          from: 'md' as const,
          skeleton: 'w-32',
          className: 'max-w-56 wrap-anywhere',
          cell: (i: Invoice) => (
            <Link to={`/admin/customers/${i.org_id}`} className="hover:text-accent hover:underline">
              {i.org_name}
            </Link>
          ),
        },
      ]
    : []),
  {
    id: 'issued',
    head: 'Issued',
    from: 'sm',
    skeleton: 'w-28',
    cell: (i) => <time dateTime={i.issued_at}>{formatDateTime(i.issued_at)}</time>,
  },
  {
    id: 'total',
    head: 'Total',
    skeleton: 'w-16',
    className: 'text-right',
    cell: (i) => <Money value={i.total} />,
  },
]
