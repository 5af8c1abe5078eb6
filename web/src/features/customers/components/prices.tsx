import { useInfiniteQuery } from '@tanstack/react-query'
import { PriceMoves } from '@/components/price-moves'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { UndoMoveDialog } from '@/components/undo-move-dialog'
import { Funds } from '@/features/customers/components/funds'
import { OwnPrices } from '@/features/customers/components/own-prices'
import { priceMovesQuery } from '@/lib/api/price-moves'
import { useUrlDialogOf } from '@/lib/use-url'

/** What a customer pays instead of the list's prices, when that changes, and what happens when its funds end. */
export function Prices({ org }: { org: string }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <OwnPrices org={org} />
      <Moves org={org} />
      <Funds org={org} />
    </div>
  )
}

function Moves({ org }: { org: string }) {
  const query = useInfiniteQuery(priceMovesQuery({ org }))
  const { dialog, of, show, close } = useUrlDialogOf()
  const undone =
    dialog === 'undo-move' ? query.data?.pages.flatMap((page) => page.items).find((move) => move.id === of) : undefined
  return (
    <Card aria-labelledby="moves">
      <CardHeader
        id="moves"
        title="Moves of servers"
        detail="Servers of this customer that get another price. Those of all customers are on the plan’s page."
      />
      <CardBody>
        <PriceMoves query={query} of="customer" onUndo={(move) => show('undo-move', move.id)} />
      </CardBody>
      {undone ? <UndoMoveDialog key={undone.id} move={undone} onClose={close} /> : null}
    </Card>
  )
}
