import { ConfirmDialog } from '@/components/confirm-dialog'
import { usePauseCloud } from '@/features/clouds/api/mutations'
import type { Cloud } from '@/lib/api/types'

interface PauseDialogProps {
  cloud: Cloud
  /** Whether it pauses; else it resumes. */
  pause: boolean
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function PauseCloudDialog({ cloud, pause, open, onOpenChange }: PauseDialogProps) {
  const change = usePauseCloud(cloud.id, pause)
  const verb = pause ? 'Pause' : 'Resume'
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${verb} jobs on ${cloud.name}?`}
      confirm={`${verb} jobs`}
      danger={pause}
      reason="required"
      pending={change.isPending}
      error={change.error}
      onConfirm={(reason) => change.mutate(reason, { onSuccess: () => onOpenChange(false) })}
    >
      {pause ? (
        <>
          <p>No job that needs this cloud begins until you resume it; those that run go on to their next wait.</p>
          <p className="text-muted">
            Customers see theirs as queued, and the time of the pause is added to their deadlines. To keep orders from
            coming in as well, stop new orders.
          </p>
        </>
      ) : (
        <p>What waits begins in turn, within the cloud’s rate limits.</p>
      )}
    </ConfirmDialog>
  )
}
