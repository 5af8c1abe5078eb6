import { useNavigate } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { useRunSchedule } from '@/features/schedules/api/mutations'
import type { Schedule } from '@/lib/api/types'
import { jobKind } from '@/lib/status'
import { formatUtc } from '@/lib/time'

interface RunScheduleDialogProps {
  schedule: Schedule
  onClose: () => void
}

export function RunScheduleDialog({ schedule: s, onClose }: RunScheduleDialogProps) {
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
      onConfirm={(reason) =>
        run.mutate(reason, { onSuccess: ({ job }) => void navigate(`/admin/jobs/${job.id}`, { replace: true }) })
      }
    >
      <p>
        The job “{jobKind(s.job_kind)}” starts at once.{' '}
        {s.paused
          ? 'The schedule stays paused.'
          : s.next_tick
            ? `The next tick stays as planned: ${formatUtc(s.next_tick)}.`
            : ''}
      </p>
    </ConfirmDialog>
  )
}
