import { useNavigate } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { useChangeSchedule, useRunSchedule } from '@/features/schedules/api/queries'
import type { Schedule } from '@/lib/api/types'
import { jobKind } from '@/lib/status'
import { formatSpan, formatUtc } from '@/lib/time'

interface ScheduleDialogProps {
  schedule: Schedule
  onClose: () => void
}

export function RunScheduleDialog({ schedule: s, onClose }: ScheduleDialogProps) {
  const run = useRunSchedule(s.name)
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Run ${s.name} now?`}
      confirm="Run now"
      reason="required"
      pending={run.isPending}
      error={run.error}
      onConfirm={(reason) => run.mutate(reason, { onSuccess: ({ job }) => void navigate(`/admin/jobs/${job.id}`) })}
    >
      <p>
        One job “{jobKind(s.job_kind)}” starts at once.{' '}
        {s.paused
          ? 'The schedule stays paused.'
          : s.next_tick
            ? `The next tick, ${formatUtc(s.next_tick)}, comes as planned.`
            : ''}
      </p>
    </ConfirmDialog>
  )
}

export function PauseScheduleDialog({ schedule: s, paused, onClose }: ScheduleDialogProps & { paused: boolean }) {
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
