import type { UseQueryResult } from '@tanstack/react-query'
import { Gauge } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import type { Column } from '@/components/table'
import { sumOf, TIERS } from '@/features/rate-limits/tiers'
import type { LimitFigures, LimitTier } from '@/lib/api/types'
import { countOf, formatCount } from '@/lib/numbers'
import { formatSpan } from '@/lib/time'

type Row = LimitTier & { allowed: number; refused: number }

const COLUMNS: Column<Row>[] = [
  {
    id: 'tier',
    head: 'Requests of',
    skeleton: 'w-28',
    cell: (t) => (
      <span className="grid">
        <span className="font-medium">{TIERS[t.tier].label}</span>
        <span className="text-[13px] text-muted">{TIERS[t.tier].by}</span>
      </span>
    ),
  },
  {
    id: 'limit',
    head: 'Limit',
    skeleton: 'w-32',
    cell: (t) =>
      t.max == null || t.window_s == null ? (
        <span className="text-muted">no limit</span>
      ) : (
        <span className="num">
          {countOf(t.max, t.tier === 'login' ? 'failure' : 'request')} in {formatSpan(t.window_s)}
        </span>
      ),
  },
  { id: 'allowed', head: 'Let through, 1 h', align: 'right', from: 'sm', cell: (t) => formatCount(t.allowed) },
  {
    id: 'refused',
    head: 'Refused, 1 h',
    align: 'right',
    cell: (t) => (
      <span className={t.refused > 0 ? 'font-medium text-danger' : undefined}>{formatCount(t.refused)}</span>
    ),
  },
]

/** What each kind of sender may send, and how much of it they did. */
export function TiersTable({ query }: { query: UseQueryResult<LimitFigures> }) {
  const rows = query.data?.tiers.map((t) => ({
    ...t,
    ...sumOf(query.data.minutes.filter((m) => m.tier === t.tier)),
  }))
  const list = { ...query, data: rows && { items: rows } } as UseQueryResult<{ items: Row[] }>
  return (
    <DataTable
      label="Limits"
      columns={COLUMNS}
      query={list}
      rowKey={(t) => t.tier}
      empty={<Empty icon={<Gauge />} title="Nothing is limited" />}
      skeletonRows={7}
    />
  )
}
