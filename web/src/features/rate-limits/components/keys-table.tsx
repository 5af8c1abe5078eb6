import type { UseQueryResult } from '@tanstack/react-query'
import { Waypoints } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import type { Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { TIERS } from '@/features/rate-limits/tiers'
import type { LimitFigures, LimitKey, RateOverride } from '@/lib/api/types'
import { formatCount } from '@/lib/numbers'
import { useUrlDialogOf } from '@/lib/use-url'

const columns = (own: Set<string>): Column<LimitKey>[] => [
  {
    id: 'key',
    head: 'Sender',
    skeleton: 'w-36',
    className: 'max-w-80',
    cell: (k) => (
      <span className="grid min-w-0">
        <span className="font-medium wrap-anywhere">{k.user?.name ?? k.key}</span>
        <span className="text-[13px] wrap-anywhere text-muted">{k.user?.email ?? TIERS[k.tier].label}</span>
      </span>
    ),
  },
  { id: 'tier', head: 'Limit', from: 'md', skeleton: 'w-24', cell: (k) => TIERS[k.tier].label },
  { id: 'allowed', head: 'Let through', align: 'right', from: 'sm', cell: (k) => formatCount(k.allowed) },
  {
    id: 'refused',
    head: 'Refused',
    align: 'right',
    cell: (k) => (
      <span className={k.refused > 0 ? 'font-medium text-danger' : undefined}>{formatCount(k.refused)}</span>
    ),
  },
  {
    id: 'set',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-16',
    cell: (k) => (k.user ? <SetLimit user={k.user} own={own.has(k.user.id)} /> : null),
  },
]

function SetLimit({ user, own }: { user: NonNullable<LimitKey['user']>; own: boolean }) {
  const { show } = useUrlDialogOf()
  return (
    <Button size="sm" aria-label={`Set the limit of ${user.name}`} onClick={() => show('set', user.id)}>
      {own ? 'Change' : 'Set limit'}
    </Button>
  )
}

interface KeysTableProps {
  query: UseQueryResult<LimitFigures>
  overrides: RateOverride[] | undefined
}

/** Who sent most within the last hour. */
export function KeysTable({ query, overrides = [] }: KeysTableProps) {
  const list = { ...query, data: query.data && { items: query.data.keys } } as UseQueryResult<{ items: LimitKey[] }>
  return (
    <DataTable
      label="Senders of the last hour"
      columns={columns(new Set(overrides.map((o) => o.user.id)))}
      query={list}
      rowKey={(k) => `${k.tier} ${k.key}`}
      empty={
        <Empty icon={<Waypoints />} title="No requests in the last hour">
          Each process adds what it counted once a minute.
        </Empty>
      }
      skeletonRows={5}
    />
  )
}
