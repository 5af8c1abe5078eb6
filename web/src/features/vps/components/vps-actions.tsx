import { Power, RotateCw, Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import { Button } from '@/components/ui/button'
import { Tooltip } from '@/components/ui/tooltip'
import { usePower, type PowerAction } from '@/features/vps/api/mutations'
import { POWER_WORDS, type Possible } from '@/features/vps/possible-actions'
import type { Vps } from '@/lib/api/types'

/** The form with all that can be kept of an order: a password never is. */
export function orderAgainPath(vps: Vps): string {
  const kept = new URLSearchParams({
    plan: vps.plan.id,
    region: vps.region.id,
    image: vps.image.id,
    name: vps.label,
  })
  if (vps.failure_field === '/root_password') kept.set('access', 'password')
  if (vps.failure_field === '/ssh_public_key') kept.set('access', 'ssh')
  return `/servers/new?${kept.toString()}`
}

interface VpsActionsProps {
  vps: Vps
  can: Possible
  onDelete: () => void
}

export function VpsActions({ vps, can, onDelete }: VpsActionsProps) {
  return (
    <>
      {can.delete ? (
        <Button variant="danger-quiet" onClick={onDelete}>
          <Trash2 aria-hidden className="size-4" /> Delete
        </Button>
      ) : null}
      {vps.status === 'failed' && can.delete ? (
        <Button asChild variant="primary">
          <Link to={orderAgainPath(vps)}>Order again</Link>
        </Button>
      ) : null}
      {[...can.power].reverse().map((action) => (
        <PowerButton key={action} vps={vps} action={action} busy={can.busy} />
      ))}
    </>
  )
}

function PowerButton({ vps, action, busy }: { vps: Vps; action: PowerAction; busy: boolean }) {
  const power = usePower(vps.id, action)
  const Icon = action === 'reboot' ? RotateCw : Power
  const button = (
    <Button
      variant={action === 'boot' ? 'primary' : 'secondary'}
      pending={power.isPending}
      // Stays focusable while busy, so that its reason can be read.
      aria-disabled={busy || undefined}
      onClick={() => {
        if (!busy) power.mutate()
      }}
    >
      {power.isPending ? null : <Icon aria-hidden className="size-4" />} {POWER_WORDS[action]}
    </Button>
  )
  return busy ? (
    <Tooltip content="Another change is in progress. Wait until it has finished.">{button}</Tooltip>
  ) : (
    button
  )
}
