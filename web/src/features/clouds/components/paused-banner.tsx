import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
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
