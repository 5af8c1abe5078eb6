import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { Link } from 'react-router'
import { Facts } from '@/components/facts'
import { Form } from '@/components/form'
import { Money } from '@/components/money'
import { ProblemAlert } from '@/components/problem-alert'
import { ProgressBar } from '@/components/progress-bar'
import { RetryPanel } from '@/components/retry-panel'
import { StatusDot } from '@/components/status-dot'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { DialogActions } from '@/components/ui/dialog-actions'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useBulkJobs } from '@/features/jobs/api/mutations'
import { bulkCountQuery, jobQuery } from '@/features/jobs/api/queries'
import { BULK } from '@/features/jobs/bulk'
import { filterWords } from '@/features/jobs/filter'
import { toProblem } from '@/lib/api/problem'
import type { AdminJob, BulkAction, BulkAnswer, BulkFilter } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { REASON } from '@/lib/reason'
import { isOpenJob, jobName, jobState } from '@/lib/status'

const PAST: Record<BulkAction, string> = { retry: 'retried', cancel: 'cancelled', discard: 'discarded' }

/** The API counts no further. */
const MAX_COUNTED = 100_000

interface BulkDialogProps {
  action: BulkAction
  /** Fixed when the dialog opened: what is counted is what is done. */
  filter: BulkFilter
  names: { org?: string | undefined; cloud?: string | undefined }
  onClose: () => void
}

/** Counts first, asks why, and then shows how far the job is that does it. */
export function BulkDialog({ action, filter, names, onClose }: BulkDialogProps) {
  const [job, setJob] = useState<AdminJob | null>(null)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${BULK[action].verb} ${filter.ids ? 'selected jobs' : 'all jobs that match'}`}
    >
      {job ? (
        <BulkProgress started={job} onClose={onClose} />
      ) : (
        <BulkForm {...{ action, filter, names, onClose }} onStarted={setJob} />
      )}
    </Dialog>
  )
}

function BulkForm({
  action,
  filter,
  names,
  onClose,
  onStarted,
}: BulkDialogProps & { onStarted: (job: AdminJob) => void }) {
  const counted = useQuery(bulkCountQuery(action, filter))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {filter.ids ? null : <Facts items={filterWords(filter, names)} />}
      {counted.data ? (
        <BulkConfirm
          {...{ action, filter, onClose, onStarted }}
          counted={counted.data}
          recount={() => void counted.refetch()}
          recounting={counted.isFetching}
        />
      ) : counted.isError ? (
        <RetryPanel error={counted.error} onRetry={() => void counted.refetch()} />
      ) : (
        <div role="status" className="grid gap-2">
          <span className="sr-only">Counting</span>
          <Skeleton className="h-6 w-40" />
          <Skeleton className="h-24 w-full" />
        </div>
      )}
    </div>
  )
}

interface BulkConfirmProps extends Omit<BulkDialogProps, 'names'> {
  counted: BulkAnswer
  recount: () => void
  recounting: boolean
  onStarted: (job: AdminJob) => void
}

function BulkConfirm({ action, filter, counted, recount, recounting, onClose, onStarted }: BulkConfirmProps) {
  const bulk = useBulkJobs(action, filter)
  const form = useForm({ resolver: zodResolver(REASON.required), defaultValues: { reason: '' } })
  const { verb, what, danger } = BULK[action]
  const changed = bulk.isError && toProblem(bulk.error).code === 'count_changed'
  const { count } = counted

  // A refused count is counted again; what was typed stays.
  useEffect(() => {
    if (changed) recount()
    // Once for each refusal.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [bulk.error])

  if (count === 0) {
    return (
      <>
        <p role="status">
          None of {filter.ids ? 'them' : 'the matching jobs'} can be {PAST[action]}.
        </p>
        <DialogActions>
          <Button onClick={onClose}>Close</Button>
        </DialogActions>
      </>
    )
  }
  const submit = form.handleSubmit(({ reason }) =>
    bulk.mutate({ reason, expected: count }, { onSuccess: ({ job }) => (job ? onStarted(job) : onClose()) }),
  )
  return (
    <Form onSubmit={(e) => void submit(e)}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
          <p role="status" className="num text-xl font-semibold tracking-tight">
            {countOf(count, 'job')}
          </p>
          {filter.ids && filter.ids.length > count ? (
            <p className="text-muted">
              {countOf(filter.ids.length - count, 'other of the selected ones', 'others of the selected ones')} can’t be{' '}
              {PAST[action]} and {filter.ids.length - count === 1 ? 'stays as it is' : 'stay as they are'}.
            </p>
          ) : null}
          <Sample rows={counted.sample} count={count} />
          <p className="text-muted">{what}</p>
          {counted.takes ? (
            <p>
              Orders that failed gave their money back: retrying them takes{' '}
              <Money value={counted.takes} className="font-semibold" /> in all from the wallets of their customers
              again, who are told by email.
            </p>
          ) : null}
          {count >= MAX_COUNTED ? (
            <p className="text-muted">Counting stops at this number. More jobs may match, and they are included.</p>
          ) : null}
        </div>
        <Field
          label="Reason"
          hint="Saved in the activity log with each job."
          error={form.formState.errors.reason?.message}
        >
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
        {changed ? (
          <Alert tone="warning" live title="The number of matching jobs changed">
            Nothing was done.{' '}
            {recounting ? 'Counting again…' : `Now ${countOf(count, 'job')} match. Confirm again if that is right.`}
          </Alert>
        ) : (
          <ProblemAlert error={bulk.error} />
        )}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Leave them as they are</Button>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} pending={bulk.isPending} disabled={recounting}>
          {verb} {countOf(count, 'job')}
        </Button>
      </DialogActions>
    </Form>
  )
}

function Sample({ rows, count }: { rows: AdminJob[]; count: number }) {
  if (rows.length === 0) return null
  const more = count - rows.length
  return (
    <ul aria-label="Some of the matching jobs" className="rounded-md border text-[13px]">
      {rows.map((j) => (
        <li key={j.id} className="flex items-center justify-between gap-4 border-b px-3 py-1.5 last:border-b-0">
          <span className="min-w-0 wrap-anywhere">
            {jobName(j)} <span className="text-muted">{j.target?.label}</span>
          </span>
          <StatusDot status={{ ...jobState(j.state), moving: false }} />
        </li>
      ))}
      {more > 0 ? <li className="num px-3 py-1.5 text-muted">and {countOf(more, 'other')}</li> : null}
    </ul>
  )
}

/** The bulk job at work; closing the window does not stop it. */
function BulkProgress({ started, onClose }: { started: AdminJob; onClose: () => void }) {
  const { data } = useQuery({
    ...jobQuery(started.id),
    refetchInterval: (q) => (isOpenJob(q.state.data?.state ?? 'queued') ? 1000 : false),
  })
  const job = data ?? started
  const open = isOpenJob(job.state)
  return (
    <div className="grid gap-4">
      <div className="grid gap-2">
        <StatusDot status={jobState(job.state)} className="font-medium" />
        <ProgressBar percent={open ? (job.progress?.percent ?? 0) : 100} label="Bulk action" />
        <p role="status" className="num text-muted">
          {job.progress?.words ?? (open ? 'Queued.' : 'Done.')}
        </p>
        {job.error ? <p className="text-danger">{job.error.message}</p> : null}
      </div>
      {open ? (
        <p className="text-[13px] text-muted">This is a job of its own: it continues if you close this window.</p>
      ) : null}
      <DialogActions>
        <Button asChild>
          <Link to={`/admin/jobs/${job.id}`}>Open the job</Link>
        </Button>
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </div>
  )
}
