import { useQuery } from '@tanstack/react-query'
import { Cloud as CloudIcon, Plus } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable } from '@/components/data-table'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { StatusDot } from '@/components/status-dot'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConnectCloudDialog } from '@/features/clouds/components/connect-cloud-dialog'
import { PROVIDER_NAMES } from '@/features/clouds/providers'
import { cloudsQuery } from '@/lib/api/queries'
import type { Cloud } from '@/lib/api/types'
import { cloudStatus } from '@/lib/status'
import { useUrlDialog } from '@/lib/use-url'

const COLUMNS: Column<Cloud>[] = [
  {
    id: 'name',
    head: 'Cloud',
    skeleton: 'w-28',
    className: 'max-w-64',
    cell: (c) => (
      <span className="grid">
        <Link to={`/admin/clouds/${c.id}`} className="truncate font-medium hover:text-accent hover:underline">
          {c.name}
        </Link>
        <span className="text-[13px] wrap-anywhere text-muted">
          {PROVIDER_NAMES[c.provider] ?? c.provider}
          {c.email ? ` · ${c.email}` : ''}
        </span>
      </span>
    ),
  },
  {
    id: 'status',
    head: 'Status',
    skeleton: 'w-20',
    cell: (c) => (
      <span className="flex flex-wrap items-center gap-2">
        <StatusDot status={cloudStatus(c.status)} />
        {c.paused ? <Badge tone="warning">Paused</Badge> : null}
        {c.held > 0 || c.other_account ? <Badge tone="danger">Needs a decision</Badge> : null}
        {c.active ? null : <Badge>No new orders</Badge>}
      </span>
    ),
  },
  {
    id: 'token',
    head: 'Token',
    from: 'lg',
    skeleton: 'w-14',
    cell: (c) => <span className="font-mono text-xs text-muted">{c.token_hint}</span>,
  },
  { id: 'types', head: 'Types', align: 'right', from: 'md', skeleton: 'w-6', cell: (c) => c.types },
  { id: 'regions', head: 'Regions', align: 'right', from: 'md', skeleton: 'w-6', cell: (c) => c.regions },
  { id: 'images', head: 'Images', align: 'right', from: 'lg', skeleton: 'w-6', cell: (c) => c.images },
  { id: 'servers', head: 'Servers', align: 'right', from: 'sm', skeleton: 'w-6', cell: (c) => c.servers },
  {
    id: 'synced',
    head: 'Synced',
    align: 'right',
    from: 'xl',
    skeleton: 'w-16',
    cell: (c) => (c.synced_at ? <Ago at={c.synced_at} /> : <span className="text-muted">never</span>),
  },
]

export function CloudsPage() {
  const query = useQuery(cloudsQuery)
  const connect = useUrlDialog('connect')
  return (
    <Page
      title="Clouds"
      wide
      detail="Where your customers’ servers are created."
      actions={
        <Button variant="primary" onClick={() => connect.onOpenChange(true)}>
          <Plus aria-hidden className="size-4" /> Connect cloud
        </Button>
      }
    >
      <DataTable
        label="Clouds"
        columns={COLUMNS}
        query={query}
        rowKey={(c) => c.id}
        rowTo={(c) => `/admin/clouds/${c.id}`}
        empty={
          <Empty icon={<CloudIcon />} title="Connect your first cloud">
            Enter an API token, and its types, regions and images appear here, ready to be priced.
          </Empty>
        }
      />
      <ConnectCloudDialog {...connect} />
    </Page>
  )
}
