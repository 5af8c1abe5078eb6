import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { useCancelMove } from '@/lib/api/price-moves'
import type { PriceMove } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'

/** Takes a move of servers to another price back before it begins. */
export function UndoMoveDialog({ move, onClose }: { move: PriceMove; onClose: () => void }) {
  const cancel = useCancelMove()
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Take this move back?"
      confirm="Take it back"
      pending={cancel.isPending}
      error={cancel.error}
      onConfirm={() => cancel.mutate(move, { onSuccess: onClose })}
    >
      <p>
        {countOf(move.servers, 'server')} {move.servers === 1 ? 'keeps its' : 'keep their'} price after{' '}
        <At at={move.from} />. The customers who were told of it are told that it was taken back.
      </p>
    </ConfirmDialog>
  )
}
