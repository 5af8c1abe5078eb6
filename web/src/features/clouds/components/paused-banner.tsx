import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import type { Cloud } from '@/lib/api/types'

/** Why no job of this cloud starts, and how to resume them. */
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
        Orders and changes are accepted but wait. Running servers keep running and are billed.
      </p>
    </Alert>
  )
}
