import { PriceMoves } from '@/components/price-moves'
import { Button } from '@/components/ui/button'
import { UndoMoveDialog } from '@/components/undo-move-dialog'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { useList, useRefusedList, useWaitingList } from '@/features/gallery/queries'
import type { PriceMove } from '@/lib/api/types'
import { useUrlDialog } from '@/lib/use-url'
import { priceMove } from '@/testing/operator-fixtures'

const MOVES: PriceMove[] = [
  priceMove(),
  priceMove({ id: 'move_2', org_id: 'org_1', org_name: LONG, servers: 1 }),
  priceMove({ id: 'move_3', version: null, org_id: 'org_1', org_name: 'Nimbus Labs', override_id: 'override_1' }),
  priceMove({ id: 'move_4', from: '2026-11-22T10:00:00Z' }),
  priceMove({ id: 'move_5', from: '2026-11-02T00:00:00Z', done_at: '2026-11-02T02:00:00Z' }),
  priceMove({ id: 'move_6', cancelled_at: '2026-11-22T10:00:00Z' }),
]
const nothing = () => undefined
const OfPlan = () => <PriceMoves of="plan" query={useList('moves', { items: MOVES, next: 'more' })} onUndo={nothing} />
const OfCustomer = () => <PriceMoves of="customer" query={useList('moves-of', { items: MOVES })} onUndo={nothing} />
const None = () => <PriceMoves of="plan" query={useList<PriceMove>('moves-none', { items: [] })} onUndo={nothing} />
const Loading = () => <PriceMoves of="plan" query={useWaitingList<PriceMove>('moves-wait')} onUndo={nothing} />
const Failed = () => <PriceMoves of="plan" query={useRefusedList<PriceMove>('moves-fail')} onUndo={nothing} />

function Undo() {
  const dialog = useUrlDialog('undo-move')
  return (
    <>
      <Button data-opens="undo-move" onClick={() => dialog.onOpenChange(true)}>
        Take a move back
      </Button>
      {dialog.open ? <UndoMoveDialog move={priceMove()} onClose={() => dialog.onOpenChange(false)} /> : null}
    </>
  )
}

export const exhibit: Exhibit = {
  title: 'Prices: moves of servers',
  states: [
    { name: 'Of a plan, with more', wide: true, Show: OfPlan },
    { name: 'Of a customer', wide: true, Show: OfCustomer },
    { name: 'None', Show: None },
    { name: 'Loading', Show: Loading },
    { name: 'Refused', Show: Failed },
    { name: 'Taking one back', Show: Undo },
  ],
}
