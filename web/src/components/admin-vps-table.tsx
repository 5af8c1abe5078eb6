import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Flag } from '@/components/flag'
import { Debt, Money } from '@/components/money'
import { StatusDot } from '@/components/status-dot'
import type { Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import type { AdminVps } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { vpsStatus } from '@/lib/status'

/** The columns that a list can be ordered by, as the API names them. */
export const VPS_SORTS = ['created', 'price', 'customer', 'status'] as const

const customer: Column<AdminVps> = {
  id: 'customer',
  head: 'Customer',
  from: 'md',
  skeleton: 'w-28',
  className: 'max-w-48',
  sort: { by: 'customer', first: 'asc' },
  cell: (s) => <Customer vps={s} />,
}

const COLUMNS: Column<AdminVps>[] = [
  {
    id: 'server',
    head: 'Server',
    skeleton: 'w-36',
    className: 'max-w-56',
    cell: (s) => (
      <span className="grid">
        <Link
          to={`/admin/servers/${s.id}`}
          className="truncate font-medium hover:text-accent hover:underline"
          title={s.label}
        >
          {s.label}
        </Link>
        <Truncated text={s.organisation.name} className="text-[13px] text-muted md:hidden" />
      </span>
    ),
  },
  customer,
  {
    id: 'status',
    head: 'Status',
    skeleton: 'w-20',
    sort: { by: 'status', first: 'asc' },
    cell: (s) => <StatusDot status={vpsStatus(s.status)} />,
  },
  {
    id: 'ip',
    head: 'IP address',
    from: 'sm',
    skeleton: 'w-28',
    cell: (s) => (s.ipv4 ? <CopyText text={s.ipv4} what="IP address" /> : <Nothing />),
  },
  {
    id: 'cloud',
    head: 'Cloud',
    from: 'xl',
    skeleton: 'w-20',
    className: 'max-w-40',
    cell: (s) => (
      <Link
        to={`/admin/clouds/${s.cloud.id}`}
        className="block truncate hover:text-accent hover:underline"
        title={s.cloud.name}
      >
        {s.cloud.name}
      </Link>
    ),
  },
  {
    id: 'plan',
    head: 'Plan',
    from: 'lg',
    skeleton: 'w-20',
    className: 'max-w-36',
    cell: (s) => (
      <span className="block truncate" title={s.plan.name}>
        {s.plan.name}
      </span>
    ),
  },
  {
    id: 'region',
    head: 'Region',
    from: 'xl',
    skeleton: 'w-24',
    cell: (s) => (
      <span className="flex items-center gap-2 whitespace-nowrap">
        <Flag country={s.region.country} /> {s.region.label}
      </span>
    ),
  },
  {
    id: 'price',
    head: 'Per hour',
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    sort: { by: 'price', first: 'desc' },
    cell: (s) => <Money value={s.price.hourly} digits="rate" />,
  },
  {
    id: 'owed',
    head: 'Owed',
    align: 'right',
    from: 'lg',
    skeleton: 'w-12',
    cell: (s) => (isPositive(s.owed) ? <Debt owed={s.owed} className="font-medium" /> : <Nothing />),
  },
  {
    id: 'age',
    head: 'Age',
    align: 'right',
    from: 'sm',
    skeleton: 'w-10',
    sort: { by: 'created', first: 'desc' },
    cell: (s) => <Ago at={s.created_at} suffix={false} />,
  },
]

const Nothing = () => <span className="text-muted">—</span>

const Customer = ({ vps }: { vps: AdminVps }) => (
  <Link
    to={`/admin/customers/${vps.organisation.id}`}
    className="block truncate hover:text-accent hover:underline"
    title={vps.organisation.name}
  >
    {vps.organisation.name}
  </Link>
)

const OF_ONE = COLUMNS.filter(({ id }) => id !== 'customer' && id !== 'owed')

interface AdminVpsTableProps {
  query: UseQueryResult<{ items: AdminVps[]; next?: string | null }>
  /** All are of one customer, whose page it is. */
  ofOne?: boolean
  empty: ReactNode
}

/** Servers of customers, as administrators see them; a row leads to the server's page. */
export function AdminVpsTable({ query, ofOne = false, empty }: AdminVpsTableProps) {
  return (
    <DataTable
      label="Servers"
      columns={ofOne ? OF_ONE : COLUMNS}
      query={query}
      rowKey={(s) => s.id}
      rowTo={(s) => `/admin/servers/${s.id}`}
      sorted={{ by: 'created', order: 'desc' }}
      empty={empty}
    />
  )
}
