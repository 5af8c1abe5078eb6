import { useQuery } from '@tanstack/react-query'
import { Users } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable, useSort } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Meter } from '@/components/meter'
import { Balance, Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { SearchField } from '@/components/search-field'
import type { Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { STATES } from '@/features/customers/words'
import { customersQuery } from '@/lib/api/queries'
import type { Customer } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { useUrl } from '@/lib/use-url'

const PAGE_SIZE = 50
const SORTS = ['created', 'name', 'balance', 'owed', 'servers', 'rate', 'quota', 'active'] as const

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
    id: 'state',
    head: 'State',
    from: 'sm',
    skeleton: 'w-16',
    cell: (c) => <Badge tone={STATES[c.state].tone}>{STATES[c.state].words}</Badge>,
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
    id: 'quota',
    head: 'Quota',
    sort: { by: 'quota', first: 'desc' },
    align: 'right',
    from: 'xl',
    skeleton: 'w-14',
    cell: (c) => (
      <span className="inline-grid w-14 gap-1">
        <span className="num">{c.quota_percent} %</span>
        <Meter
          share={c.quota_percent / 100}
          tone={c.quota_percent >= 100 ? 'danger' : c.quota_percent >= 80 ? 'warning' : 'info'}
        />
      </span>
    ),
  },
  {
    id: 'active',
    head: 'Last active',
    sort: { by: 'active', first: 'desc' },
    align: 'right',
    from: 'lg',
    skeleton: 'w-14',
    cell: (c) => (c.active_at ? <Ago at={c.active_at} /> : <span className="text-muted">Never</span>),
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

const stateOf = (text: string) => (Object.keys(STATES).includes(text) ? (text as Customer['state']) : undefined)

export function CustomersPage() {
  const { get, set } = useUrl()
  const q = get('q')
  const cursor = get('cursor')
  const state = stateOf(get('state'))
  const sort = useSort(SORTS)
  const query = useQuery(
    customersQuery({
      limit: PAGE_SIZE,
      ...sort,
      ...(q ? { q } : {}),
      ...(state ? { state } : {}),
      ...(cursor ? { cursor } : {}),
    }),
  )
  const filtered = q !== '' || state !== undefined
  return (
    <Page title="Customers" wide>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search by name or email" />
        <Select
          aria-label="State"
          value={state ?? ''}
          onChange={(e) => set({ state: e.target.value })}
          className="w-48"
        >
          <option value="">All but the closed</option>
          {Object.entries(STATES).map(([value, { words }]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </div>
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
            title={filtered ? 'No customers match' : 'No customers yet'}
            action={filtered ? <Button onClick={() => set({ q: null, state: null })}>Clear filters</Button> : null}
          >
            {filtered
              ? 'Try another name, email address or state.'
              : 'Everyone who registers appears here, with their wallet.'}
          </Empty>
        }
      />
    </Page>
  )
}
