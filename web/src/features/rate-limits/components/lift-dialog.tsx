import { ConfirmDialog } from '@/components/confirm-dialog'
import { useLiftOverride } from '@/features/rate-limits/api/mutations'
import type { RateOverride } from '@/lib/api/types'

export function LiftDialog({ standing, onClose }: { standing: RateOverride; onClose: () => void }) {
  const lift = useLiftOverride(standing.user.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Lift the limit of ${standing.user.name}`}
      confirm="Lift limit"
      reason="required"
      pending={lift.isPending}
      error={lift.error}
      onConfirm={(reason) => lift.mutate(reason, { onSuccess: onClose })}
    >
      <p>The limit of their kind holds again, soon in every process.</p>
    </ConfirmDialog>
  )
}
