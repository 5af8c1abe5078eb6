import { ConfirmDialog } from '@/components/confirm-dialog'
import { Money } from '@/components/money'
import { useReleaseCloud } from '@/features/clouds/api/mutations'
import type { Cloud, CloudBrakes } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'

interface ReleaseDialogProps {
  cloud: Cloud
  brakes: CloudBrakes
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Allows exactly what is shown, for a reason. */
export function ReleaseDialog({ cloud, brakes, open, onOpenChange }: ReleaseDialogProps) {
  const release = useReleaseCloud(cloud.id)
  const lost = brakes.held.filter((h) => h.kind === 'missing').length
  const deleted = brakes.held.length - lost
  const body = {
    findings: brakes.held.map((h) => h.id),
    ...(brakes.other_account ? { account: brakes.other_account } : {}),
    trust: brakes.untrusted != null,
  }
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Allow this on ${cloud.name}?`}
      confirm={deleted > 0 ? `Delete ${countOf(deleted, 'machine')}` : 'Allow'}
      danger
      reason="required"
      pending={release.isPending}
      error={release.error}
      onConfirm={(reason) => release.mutate({ ...body, reason }, { onSuccess: () => onOpenChange(false) })}
    >
      {brakes.other_account ? (
        <p>The account {brakes.other_account} becomes this cloud’s own. Servers that it does not have become lost.</p>
      ) : null}
      {brakes.untrusted ? (
        <p>
          You confirm that this is the database that knows this cloud’s machines, not a copy and not an older backup.
        </p>
      ) : null}
      {lost > 0 ? (
        <p>
          {countOf(lost, 'server')} {lost === 1 ? 'is' : 'are'} marked as lost and no longer charged (
          <Money value={brakes.lost_hourly} digits="rate" /> an hour).
        </p>
      ) : null}
      {deleted > 0 ? (
        <p>
          {countOf(deleted, 'machine')} {deleted === 1 ? 'is' : 'are'} deleted at the provider, with everything on{' '}
          {deleted === 1 ? 'it' : 'them'} (cost <Money value={brakes.orphans_hourly} digits="rate" /> an hour). This
          cannot be undone.
        </p>
      ) : null}
      <p className="text-muted">The next comparison does it, unless it is right by then.</p>
    </ConfirmDialog>
  )
}
