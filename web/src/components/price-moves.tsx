import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { At } from '@/components/date-time'
import { LoadMore } from '@/components/load-more'
import { RetryPanel } from '@/components/retry-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import type { PriceMove } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import type { Tone } from '@/lib/status'
import { useNow } from '@/lib/use-now'

interface PriceMovesProps {
  query: UseInfiniteQueryResult<InfiniteData<{ items: PriceMove[]; next?: string | null }>>
  /** Whose moves they are: of a plan they name customers, of a customer they name plans. */
  of: 'plan' | 'customer'
  /** Asks whether one that has not begun is taken back. */
  onUndo: (move: PriceMove) => void
}

/** Servers that get another price: planned, in progress, carried out or taken back, the newest first. */
export function PriceMoves({ query, of, onUndo }: PriceMovesProps) {
  const now = useNow()
  if (query.isError && !query.data) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) {
    return (
      <div aria-busy="true">
        <Skeleton className="h-10" />
      </div>
    )
  }
  const moves = query.data.pages.flatMap((page) => page.items)
  if (moves.length === 0) return <p className="text-muted">No servers were moved to another price.</p>
  return (
    <>
      <ul aria-label="Moves to another price" className="grid gap-3">
        {moves.map((move) => {
          const [words, tone] = stateOf(move, now)
          const planned = words === 'Planned'
          return (
            <li key={move.id} className="flex items-start justify-between gap-3">
              <span className="grid min-w-0">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                  <span className="min-w-0 font-medium wrap-anywhere">{nameOf(move, of)}</span>
                  <Badge tone={tone}>{words}</Badge>
                </span>
                <span className="text-[13px] text-muted">
                  {planned ? `${countOf(move.servers, 'server')}, from ` : 'from '}
                  <At at={move.from} />
                </span>
              </span>
              {planned && move.version != null ? (
                <Button size="sm" aria-label={`Take back: ${nameOf(move, of)}`} onClick={() => onUndo(move)}>
                  Take back
                </Button>
              ) : null}
            </li>
          )
        })}
      </ul>
      <LoadMore query={query} />
    </>
  )
}

function nameOf(move: PriceMove, of: PriceMovesProps['of']): string {
  const to = move.version == null ? 'a price of its own begins or ends' : `to version ${String(move.version)}`
  if (of === 'customer') return `${move.plan_name ?? 'All plans'}: ${to}`
  return `${move.org_name ?? 'All customers'}: ${to}`
}

function stateOf(move: PriceMove, now: number): [words: string, tone: Tone] {
  if (move.cancelled_at) return ['Taken back', 'neutral']
  if (move.done_at) return ['Carried out', 'success']
  return new Date(move.from).getTime() > now ? ['Planned', 'info'] : ['In progress', 'warning']
}
