import { useQuery } from '@tanstack/react-query'
import { Users } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable, useSort } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Balance, Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { SearchField } from '@/components/search-field'
import type { Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Button } from '@/components/ui/button'
import { customersQuery } from '@/lib/api/queries'
import type { Customer } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { useUrl } from '@/lib/use-url'

const PAGE_SIZE = 50
const SORTS = ['created', 'name', 'balance', 'owed', 'servers', 'rate'] as const

const COLUMNS: Column<Customer>[] = [
  {
    id: 'name',
    head: 'Organisation',
    sort: { by: 'name', first: 'asc' },
    skeleton: 'w-36',
    className: 'max-w-64',
    cell: (c) => (
      <span className="grid">
        <Link to={`/admin/customers/${c.org_id}`} className="truncate font-medium hover:text-accent hover:underline">
          {c.name}
        </Link>
        <Truncated text={c.owner.email} className="text-[13px] text-muted lg:hidden" />
      </span>
    ),
  },
  {
    id: 'owner',
    head: 'Owner',
    from: 'lg',
    skeleton: 'w-40',
    className: 'max-w-64',
    cell: (c) => (
      <span className="grid">
        <Truncated text={c.owner.name} />
        <Truncated text={c.owner.email} className="text-[13px] text-muted" />
      </span>
    ),
  },
  {
    id: 'balance',
    head: 'Balance',
    align: 'right',
    skeleton: 'w-16',
    sort: { by: 'balance', first: 'desc' },
    cell: (c) => <Balance of={c} />,
  },
  {
    id: 'owed',
    head: 'Debt',
    sort: { by: 'owed', first: 'desc' },
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    cell: (c) =>
      isPositive(c.owed) ? <Debt owed={c.owed} className="font-medium" /> : <span className="text-muted">—</span>,
  },
  {
    id: 'servers',
    head: 'Servers',
    align: 'right',
    from: 'sm',
    skeleton: 'w-6',
    sort: { by: 'servers', first: 'desc' },
    cell: (c) =>
      c.servers > 0 ? (
        <Link to={`/admin/servers?org=${c.org_id}`} className="hover:text-accent hover:underline">
          {c.servers}
        </Link>
      ) : (
        <span className="text-muted">0</span>
      ),
  },
  {
    id: 'rate',
    head: 'Per hour',
    sort: { by: 'rate', first: 'desc' },
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    cell: (c) => <Money value={c.hourly_rate} digits="rate" />,
  },
  {
    id: 'since',
    head: 'Since',
    sort: { by: 'created', first: 'desc' },
    align: 'right',
    from: 'xl',
    skeleton: 'w-10',
    cell: (c) => <Ago at={c.created_at} suffix={false} />,
  },
]

export function CustomersPage() {
  const { get, set } = useUrl()
  const q = get('q')
  const cursor = get('cursor')
  const sort = useSort(SORTS)
  const query = useQuery(
    customersQuery({ limit: PAGE_SIZE, ...sort, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) }),
  )
  return (
    <Page title="Customers" wide>
      <SearchField label="Search by name or email" />
      <DataTable
        label="Customers"
        columns={COLUMNS}
        query={query}
        rowKey={(c) => c.org_id}
        rowTo={(c) => `/admin/customers/${c.org_id}`}
        sorted={{ by: 'created', order: 'desc' }}
        empty={
          <Empty
            icon={<Users />}
            title={q ? 'No customers match' : 'No customers yet'}
            action={q ? <Button onClick={() => set({ q: null })}>Clear search</Button> : null}
          >
            {q ? 'Try another name or email address.' : 'Everyone who registers appears here, with their wallet.'}
          </Empty>
        }
      />
    </Page>
  )
}
