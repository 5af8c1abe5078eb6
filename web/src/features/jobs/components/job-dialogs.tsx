import { useNavigate } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Money } from '@/components/money'
import { useCancelJob, useDiscardJob, useRetryJob } from '@/features/jobs/api/mutations'
import type { AdminJob, KindStep } from '@/lib/api/types'
import { jobName } from '@/lib/status'

interface JobDialogProps {
  job: AdminJob
  onClose: () => void
}

/** The dialogs about one job, by the name that the address has. */
export function JobDialogs({
  dialog,
  job,
  steps = [],
  step = null,
  onClose,
}: JobDialogProps & { dialog: string; steps?: KindStep[]; step?: number | null }) {
  if (dialog === 'retry' && job.can_retry)
    return <RetryDialog job={job} from={steps.find((s) => s.index === step) ?? null} onClose={onClose} />
  if (dialog === 'cancel' && job.can_cancel) return <CancelDialog job={job} onClose={onClose} />
  if (dialog === 'discard' && job.can_discard) return <DiscardDialog job={job} onClose={onClose} />
  return null
}

const nameOf = (job: AdminJob) => [jobName(job), job.target?.label].filter(Boolean).join(' · ')
const Subject = ({ job }: { job: AdminJob }) => <p className="font-medium wrap-anywhere">{nameOf(job)}</p>

function RetryDialog({ job, from, onClose }: JobDialogProps & { from: KindStep | null }) {
  const retry = useRetryJob(job.id)
  const navigate = useNavigate()
  const onSuccess = (next: AdminJob) => {
    // What ended stays ended: another job continues it, and its page is the one to watch.
    if (next.id === job.id) onClose()
    else void navigate(`/admin/jobs/${next.id}`, { replace: true })
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={from ? `Retry from “${from.name}”?` : 'Retry this job?'}
      confirm="Retry job"
      reason="optional"
      pending={retry.isPending}
      error={retry.error}
      onConfirm={(reason) =>
        retry.mutate({ ...(reason ? { reason } : {}), ...(from ? { from_step: from.index } : {}) }, { onSuccess })
      }
    >
      <Subject job={job} />
      {from ? (
        <p>
          Step “{from.name}” and the steps after it run again. What they already created is found and reused, not
          created a second time.
        </p>
      ) : job.retry_takes ? (
        <p>
          The order had failed, and its money was given back. Retrying takes{' '}
          <Money value={job.retry_takes} digits="rate" className="font-semibold" />, the first hour, from the customer’s
          wallet again; they are told by email. It comes back if the order fails once more.
        </p>
      ) : (
        <RetryWords job={job} />
      )}
    </ConfirmDialog>
  )
}

/** A final job is retried by a new one, which begins at the first step. */
function RetryWords({ job }: { job: AdminJob }) {
  return job.state === 'failed' || job.state === 'cancelled' ? (
    <p>A new job does its work again, from the first step.</p>
  ) : (
    <p>It resumes where it stopped: no finished step runs twice, and nothing is charged twice.</p>
  )
}

function CancelDialog({ job, onClose }: JobDialogProps) {
  const cancel = useCancelJob(job.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Cancel this job?"
      confirm="Cancel job"
      danger
      reason="required"
      pending={cancel.isPending}
      error={cancel.error}
      onConfirm={(reason) => cancel.mutate(reason, { onSuccess: onClose })}
    >
      <Subject job={job} />
      <p>It stops before its next step, and what it had started is undone where possible. The customer is told.</p>
    </ConfirmDialog>
  )
}

function DiscardDialog({ job, onClose }: JobDialogProps) {
  const discard = useDiscardJob(job.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Discard this job?"
      confirm="Discard job"
      danger
      reason="required"
      pending={discard.isPending}
      error={discard.error}
      onConfirm={(reason) => discard.mutate(reason, { onSuccess: onClose })}
    >
      <Subject job={job} />
      {job.state === 'stuck' ? (
        <p>It ends as failed and is not retried.</p>
      ) : (
        <p>It stays as it is and no longer needs attention.</p>
      )}
      <p>Its history remains until the archive removes it.</p>
    </ConfirmDialog>
  )
}
