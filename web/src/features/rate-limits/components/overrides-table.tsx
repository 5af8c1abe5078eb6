import type { UseQueryResult } from '@tanstack/react-query'
import { UserCog } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import type { Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import type { RateOverride } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { formatSpan } from '@/lib/time'
import { useUrlDialogOf } from '@/lib/use-url'

const COLUMNS: Column<RateOverride>[] = [
  {
    id: 'user',
    head: 'User',
    skeleton: 'w-36',
    className: 'max-w-72',
    cell: (o) => (
      <span className="grid min-w-0">
        <span className="font-medium wrap-anywhere">{o.user.name}</span>
        <span className="text-[13px] wrap-anywhere text-muted">{o.user.email}</span>
      </span>
    ),
  },
  {
    id: 'limit',
    head: 'Limit',
    skeleton: 'w-24',
    cell: (o) => (
      <span className="num">
        {countOf(o.max, 'request')} in {formatSpan(o.window_s)}
      </span>
    ),
  },
  { id: 'expires', head: 'Expires', from: 'sm', skeleton: 'w-24', cell: (o) => <At at={o.expires_at} /> },
  {
    id: 'reason',
    head: 'Reason',
    from: 'lg',
    skeleton: 'w-40',
    className: 'max-w-80',
    cell: (o) => (
      <span className="grid min-w-0">
        <span className="wrap-anywhere">{o.reason}</span>
        <span className="text-[13px] text-muted">{o.set_by?.name ?? 'Command line'}</span>
      </span>
    ),
  },
  {
    id: 'actions',
    head: <span className="sr-only">Actions</span>,
    align: 'right',
    skeleton: 'w-20',
    cell: (o) => <OverrideActions standing={o} />,
  },
]

function OverrideActions({ standing: o }: { standing: RateOverride }) {
  const { show } = useUrlDialogOf()
  return (
    <span className="flex flex-wrap items-center justify-end gap-1">
      <Button size="sm" aria-label={`Change the limit of ${o.user.name}`} onClick={() => show('set', o.user.id)}>
        Change
      </Button>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Lift the limit of ${o.user.name}`}
        onClick={() => show('lift', o.user.id)}
      >
        Lift
      </Button>
    </span>
  )
}

/** Users whose limit is not that of their tier. */
export function OverridesTable({ query }: { query: UseQueryResult<{ items: RateOverride[] }> }) {
  return (
    <DataTable
      label="Users with a limit of their own"
      columns={COLUMNS}
      query={query}
      rowKey={(o) => o.user.id}
      empty={
        <Empty icon={<UserCog />} title="Everybody has the limit of their kind">
          Give a user a limit of their own for a time: more for an import, less for a program that went wild.
        </Empty>
      }
      skeletonRows={2}
    />
  )
}
