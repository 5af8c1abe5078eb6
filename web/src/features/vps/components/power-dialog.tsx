import { ConfirmDialog } from '@/components/confirm-dialog'
import { usePower, type PowerAction } from '@/features/vps/api/mutations'
import type { Vps } from '@/lib/api/types'
import { formatMoney } from '@/lib/money'
import { actionVerb } from '@/lib/status'

interface PowerDialogProps {
  vps: Vps
  action: Exclude<PowerAction, 'boot'>
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Asks once, briefly, and says what it means. */
export function PowerDialog({ vps, action, open, onOpenChange }: PowerDialogProps) {
  const power = usePower(vps, action)
  const close = () => onOpenChange(false)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${actionVerb(action)} ${vps.label}?`}
      confirm={`${actionVerb(action)} server`}
      onConfirm={() => power.mutate(undefined, { onSuccess: close })}
      pending={power.isPending}
      error={power.error}
    >
      {action === 'reboot' ? (
        <p>It can’t be reached until it is up again, usually for less than a minute. Nothing on its disk changes.</p>
      ) : (
        <>
          <p>It can’t be reached until you boot it again. Nothing on its disk changes, and it keeps its addresses.</p>
          <p>
            A stopped server is still charged <strong className="num">{perHour(vps)}/h</strong>. To end its cost, delete
            it.
          </p>
        </>
      )}
    </ConfirmDialog>
  )
}

const perHour = (vps: Vps) => formatMoney(vps.price.hourly, { digits: 'rate' })
