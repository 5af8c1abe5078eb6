import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { At } from '@/components/date-time'
import { Money } from '@/components/money'
import { PriceMoves } from '@/components/price-moves'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { UndoMoveDialog } from '@/components/undo-move-dialog'
import { planPricesQuery } from '@/features/plans/api/queries'
import { MoveDialog } from '@/features/plans/components/move-dialog'
import { priceMovesQuery } from '@/lib/api/price-moves'
import type { AdminPlan, PriceMove, PriceVersion } from '@/lib/api/types'
import { secondsOf } from '@/lib/charged-by'
import { countOf } from '@/lib/numbers'

/** What a plan cost and who pays it still: a change is a version, and touches no server that runs. */
export function PriceHistory({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const query = useQuery(planPricesQuery(plan.id))
  const moves = useInfiniteQuery(priceMovesQuery({ plan: plan.id }))
  const [to, setTo] = useState<PriceVersion | null>(null)
  const [undone, setUndone] = useState<PriceMove | null>(null)
  if (to) return <MoveDialog plan={plan} to={to} onClose={() => setTo(null)} />
  if (undone) return <UndoMoveDialog move={undone} onClose={() => setUndone(null)} />
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Prices of ${plan.name}`}
      detail="Servers keep the version that they were ordered at, until you move them."
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 pb-1">
        <QueryPanel query={query} loading={<Skeleton className="h-32" />}>
          {({ items }) => (
            <ul aria-label="Versions" className="grid gap-4">
              {items.map((version, place) => (
                <Version key={version.version} version={version} newest={place === 0}>
                  {items.length > 1 || plan.servers > version.servers ? (
                    <Button
                      size="sm"
                      aria-label={`Move servers… to version ${String(version.version)}`}
                      onClick={() => setTo(version)}
                    >
                      Move servers…
                    </Button>
                  ) : null}
                </Version>
              ))}
            </ul>
          )}
        </QueryPanel>
        <section aria-labelledby="moves" className="grid grid-cols-[minmax(0,1fr)] gap-3 border-t pt-4">
          <h3 id="moves" className="font-semibold">
            Moves of servers
          </h3>
          <PriceMoves query={moves} of="plan" onUndo={setUndone} />
        </section>
      </div>
    </Dialog>
  )
}

interface VersionProps {
  version: PriceVersion
  newest: boolean
  children: React.ReactNode
}

function Version({ version, newest, children }: VersionProps) {
  const seconds = secondsOf(version.price)
  return (
    <li className="flex items-start justify-between gap-3">
      <span className="grid min-w-0">
        <span className="font-medium">
          <Money value={version.price.monthly} /> /mo · version {version.version}
          {newest ? ', for new orders' : ''}
        </span>
        <span className="text-[13px] text-muted">
          {version.price.capped ? 'A month costs this at most' : 'Without a cap'}, an hour is 1/
          {version.price.hours_per_month}
          {seconds ? `, ${seconds}` : ''}
        </span>
        <span className="text-[13px] text-muted">
          {countOf(version.servers, 'server pays', 'servers pay')} it · since <At at={version.since} />
        </span>
      </span>
      {children}
    </li>
  )
}
