import { Power, RotateCw } from 'lucide-react'
import { OrgLink } from '@/components/org-link'
import { Button } from '@/components/ui/button'
import { Tooltip } from '@/components/ui/tooltip'
import { usePower, type PowerAction } from '@/features/vps/api/mutations'
import { refused, type Possible } from '@/features/vps/possible-actions'
import type { Vps } from '@/lib/api/types'
import { actionVerb } from '@/lib/status'

/** The form with all that can be kept of an order, within its organisation: a password never is. */
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
  /** Opens the question that comes before a reboot or a shutdown. */
  onAsk: (action: PowerAction) => void
}

/** Each button has its place, whatever is in progress; what deletes is elsewhere. */
export function VpsActions({ vps, can, onAsk }: VpsActionsProps) {
  const boot = usePower(vps, 'boot')
  return (
    <>
      {can.orderAgain ? (
        <Button asChild variant="primary">
          <OrgLink to={orderAgainPath(vps)}>Order again</OrgLink>
        </Button>
      ) : null}
      {can.power?.map((action) => (
        <PowerButton
          key={action === 'reboot' ? action : 'switch'}
          action={action}
          pending={action === 'boot' && boot.isPending}
          refused={refused(action, vps, can)}
          onClick={() => (action === 'boot' ? boot.mutate() : onAsk(action))}
        />
      ))}
    </>
  )
}

interface PowerButtonProps {
  action: PowerAction
  pending: boolean
  refused: string | null
  onClick: () => void
}

function PowerButton({ action, pending, refused, onClick }: PowerButtonProps) {
  const Icon = action === 'reboot' ? RotateCw : Power
  const button = (
    <Button
      variant={action === 'boot' ? 'primary' : 'secondary'}
      className={action === 'reboot' ? '' : 'min-w-31'}
      pending={pending}
      // Stays focusable, so that its reason can be read.
      aria-disabled={refused !== null || undefined}
      onClick={() => {
        if (refused === null) onClick()
      }}
    >
      {pending ? null : <Icon aria-hidden className="size-4" />} {actionVerb(action)}
    </Button>
  )
  return refused ? <Tooltip content={refused}>{button}</Tooltip> : button
}
