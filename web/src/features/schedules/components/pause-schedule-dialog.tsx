import { ConfirmDialog } from '@/components/confirm-dialog'
import { useChangeSchedule } from '@/features/schedules/api/mutations'
import type { Schedule } from '@/lib/api/types'
import { formatSpan } from '@/lib/time'

interface PauseScheduleDialogProps {
  schedule: Schedule
  /** Whether it pauses; else it resumes. */
  paused: boolean
  onClose: () => void
}

export function PauseScheduleDialog({ schedule: s, paused, onClose }: PauseScheduleDialogProps) {
  const change = useChangeSchedule(s.name)
  const verb = paused ? 'Pause' : 'Resume'
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`${verb} ${s.name}?`}
      confirm={`${verb} schedule`}
      danger={paused}
      reason="required"
      pending={change.isPending}
      error={change.error}
      onConfirm={(reason) => change.mutate({ paused, reason }, { onSuccess: onClose })}
    >
      {paused ? (
        <p>It makes no jobs until you resume it. One that runs already goes on.</p>
      ) : (
        <p>It ticks again from now on.</p>
      )}
      <p className="text-muted">
        {s.catch_up_s > 0
          ? `When it is resumed, ticks that were missed within the last ${formatSpan(s.catch_up_s)} are made up for.`
          : 'Missed ticks are not made up for.'}
      </p>
      {!paused && s.paused_reason ? <p className="text-muted">Paused because: {s.paused_reason}</p> : null}
    </ConfirmDialog>
  )
}
