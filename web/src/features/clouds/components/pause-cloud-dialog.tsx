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
          <p>
            No job that needs this cloud starts until you resume it. Running jobs continue until they next have to wait.
          </p>
          <p className="text-muted">
            Customers see theirs as queued, and the pause is added to their deadlines. To turn away orders as well, stop
            new orders.
          </p>
        </>
      ) : (
        <p>Waiting jobs start in turn, within the cloud’s rate limits.</p>
      )}
    </ConfirmDialog>
  )
}
