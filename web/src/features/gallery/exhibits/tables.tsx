import { Server } from 'lucide-react'
import { AdminVpsTable } from '@/components/admin-vps-table'
import { CopyText } from '@/components/copy-text'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { BillingHistory } from '@/components/billing-history'
import { Empty } from '@/components/empty'
import { LoadMore } from '@/components/load-more'
import { Money } from '@/components/money'
import { selectionColumn, useRowSelection } from '@/components/row-selection'
import { StatusDot } from '@/components/status-dot'
import { Table, type Column } from '@/components/table'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { useAnswer, useList, useRefused, useWaiting } from '@/features/gallery/queries'
import type { AdminVps, BillingVersion, Vps } from '@/lib/api/types'
import { vpsStatus } from '@/lib/status'
import { adminVps, usd, vps } from '@/testing/fixtures'

const COLUMNS: Column<Vps>[] = [
  {
    id: 'name',
    head: 'Name',
    cell: (s) => <span className="font-medium wrap-anywhere">{s.label}</span>,
    skeleton: 'w-20',
  },
  { id: 'status', head: 'Status', skeleton: 'w-14', cell: (s) => <StatusDot status={vpsStatus(s.status)} /> },
  { id: 'ip', head: 'IP', from: 'md', cell: (s) => <CopyText text={s.ipv4 ?? ''} what="IP address" /> },
  {
    id: 'price',
    head: 'Hourly',
    align: 'right',
    sort: { by: 'price', first: 'desc' },
    cell: (s) => <Money value={s.price.hourly} digits="rate" />,
  },
  {
    id: 'age',
    head: 'Age',
    from: 'sm',
    align: 'right',
    sort: { by: 'created', first: 'desc' },
    cell: (s) => <Ago at={s.created_at} suffix={false} />,
  },
]
const ROWS: Vps[] = [
  vps,
  { ...vps, id: 'vps_2', label: LONG, status: 'failed' },
  { ...vps, id: 'vps_3', label: 'db-1', status: 'provisioning' },
]
const common = {
  label: 'Servers',
  columns: COLUMNS,
  rowKey: (s: Vps) => s.id,
  empty: (
    <Empty icon={<Server />} title="No server yet">
      Create your first one.
    </Empty>
  ),
}

function Selected() {
  const selection = useRowSelection(
    'servers',
    ROWS.map((s) => s.id),
    2,
  )
  const column = selectionColumn(
    selection,
    ROWS,
    (s) => s.id,
    (s) => s.label,
  )
  return (
    <Table
      label="Servers, two may be chosen"
      columns={[column, ...COLUMNS]}
      rows={ROWS}
      rowKey={common.rowKey}
      className="rounded-lg border bg-surface"
    />
  )
}

const Full = () => (
  <DataTable
    {...common}
    label="Servers, full"
    sorted={{ by: 'created', order: 'desc' }}
    query={useAnswer('table', { items: ROWS, next: 'more' })}
  />
)
const Loading = () => <DataTable {...common} query={useWaiting<{ items: Vps[] }>('table-waits')} skeletonRows={3} />
const None = () => <DataTable {...common} query={useAnswer('table-empty', { items: [] as Vps[] })} />
const Failed = () => <DataTable {...common} query={useRefused<{ items: Vps[] }>('table-fails')} />
const OF_ALL: AdminVps[] = [
  adminVps,
  {
    ...adminVps,
    id: 'vps_2',
    label: LONG,
    status: 'failed',
    ipv4: null,
    owed: usd('3.120000'),
    organisation: { id: 'org_2', name: LONG },
    cloud: { id: 'cloud_2', name: LONG },
  },
]
const OfAll = () => <AdminVpsTable query={useAnswer('of-all', { items: OF_ALL })} empty={null} />
const More = () => <LoadMore query={useList('more', { items: [1], next: 'more' })} />
const SAID: BillingVersion[] = [
  {
    id: 'v2',
    by: { id: 'user_1', name: LONG },
    changed: ['billing_name', 'city'],
    changed_at: '2026-11-22T10:00:00Z',
    billing_name: LONG,
    city: 'Porto',
    documents: 3,
  },
  { id: 'v1', by: null, changed: ['country'], changed_at: '2026-10-01T10:00:00Z', country: 'PT', documents: 0 },
]
const History = () => (
  <BillingHistory
    query={useList('history', { items: SAID })}
    detail="Documents keep what was said when they were issued."
  />
)

export const exhibit: Exhibit = {
  title: 'Tables',
  states: [
    { name: 'Full, with a long name and a next page', wide: true, Show: Full },
    { name: 'Servers of all customers', wide: true, Show: OfAll },
    { name: 'What was said before', wide: true, Show: History },
    { name: 'With rows to choose, at most two', wide: true, Show: Selected },
    { name: 'Loading', wide: true, Show: Loading },
    { name: 'Empty', Show: None },
    { name: 'Failed', Show: Failed },
    {
      name: 'Dense, without heads, older rows while newer ones load',
      Show: () => (
        <Table
          label="Servers, dense"
          columns={COLUMNS.slice(0, 2)}
          rows={ROWS}
          rowKey={(s) => s.id}
          density="dense"
          headless
          faded
        />
      ),
    },
    { name: 'More below', Show: More },
  ],
}
