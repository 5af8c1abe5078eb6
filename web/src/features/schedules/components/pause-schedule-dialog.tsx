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
        <p>It creates no jobs until you resume it. A job that is already running continues.</p>
      ) : (
        <p>It ticks again from now on.</p>
      )}
      <p className="text-muted">
        {s.catch_up_s > 0
          ? `When it is resumed, ticks missed within the last ${formatSpan(s.catch_up_s)} are caught up.`
          : 'Missed ticks are not caught up.'}
      </p>
      {!paused && s.paused_reason ? <p className="text-muted">Paused because: {s.paused_reason}</p> : null}
    </ConfirmDialog>
  )
}
