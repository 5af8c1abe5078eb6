import { ConfirmDialog } from '@/components/confirm-dialog'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { usePauseCloud } from '@/features/clouds/api/queries'
import type { Cloud } from '@/lib/api/types'

/** Why nothing moves on this cloud, and the way on. */
export function PausedBanner({ cloud, onResume }: { cloud: Cloud; onResume: () => void }) {
  if (!cloud.paused) return null
  return (
    <Alert
      tone="warning"
      title="Jobs on this cloud are paused"
      action={
        <Button size="sm" onClick={onResume}>
          Resume jobs
        </Button>
      }
    >
      {cloud.paused_reason ? <p>{cloud.paused_reason}</p> : null}
      <p className="text-muted">
        Orders and changes are accepted and wait. Servers that run keep running, and are billed.
      </p>
    </Alert>
  )
}

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
