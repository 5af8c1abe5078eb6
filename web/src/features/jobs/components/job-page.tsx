import { useQuery } from '@tanstack/react-query'
import { Ban, RotateCw } from 'lucide-react'
import { Link, useNavigate, useParams } from 'react-router'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { CopyText } from '@/components/copy-text'
import { At, Elapsed } from '@/components/date-time'
import { Facts, Page } from '@/components/page'
import { RetryPanel } from '@/components/panel'
import { StatusDot } from '@/components/status-dot'
import { ProgressBar } from '@/components/timeline'
import { Alert } from '@/components/ui/alert'
import { Badge, Skeleton } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { jobQuery, useCancelJob, useRetryJob } from '@/features/jobs/api/queries'
import { JobTimeline } from '@/features/jobs/components/job-timeline'
import type { AdminJob } from '@/lib/api/types'
import { isOpenJob, jobKind, jobState } from '@/lib/status'
import { useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/jobs', label: 'Jobs' }

export function JobPage() {
  const { id = '' } = useParams()
  const query = useQuery(jobQuery(id))
  if (query.data) return <JobView job={query.data} />
  return (
    <Page title="Job" back={BACK}>
      {query.isError ? (
        <Card>
          <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <Skeleton className="h-64 w-full rounded-lg" />
      )}
    </Page>
  )
}

function JobView({ job }: { job: AdminJob }) {
  const live = isOpenJob(job.state)
  const retry = useUrlDialog('retry')
  const cancel = useUrlDialog('cancel')
  return (
    <Page
      title={jobKind(job.kind)}
      back={BACK}
      heading={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-2xl font-semibold tracking-tight">{jobKind(job.kind)}</h1>
          <span role="status" aria-label="State">
            <StatusDot status={jobState(job.state)} className="rounded-full border bg-surface px-2.5 py-0.5 text-[13px] font-medium" />
          </span>
          {job.cancel_requested ? <Badge tone="warning">Cancel requested</Badge> : null}
        </div>
      }
      detail={job.target ? <Target target={job.target} /> : null}
      actions={
        <>
          {job.can_cancel ? (
            <Button onClick={() => cancel.onOpenChange(true)}>
              <Ban aria-hidden className="size-4" /> Cancel job
            </Button>
          ) : null}
          {job.can_retry ? (
            <Button variant="primary" onClick={() => retry.onOpenChange(true)}>
              <RotateCw aria-hidden className="size-4" /> Retry
            </Button>
          ) : null}
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          {job.error ? <JobError error={job.error} /> : null}
          <Card aria-labelledby="timeline">
            <CardHeader id="timeline" title="Timeline" action={<Elapsed from={job.created_at} to={job.finished_at} />} />
            <CardBody className="grid gap-4">
              {live && job.progress ? (
                <div className="grid gap-2">
                  <ProgressBar percent={job.progress.percent} label="Progress" />
                  <p role="status" className="text-[13px] text-muted">
                    {job.progress.words}
                  </p>
                </div>
              ) : null}
              <JobTimeline entries={job.timeline ?? []} live={live} />
            </CardBody>
          </Card>
        </div>
        <JobFacts job={job} />
      </div>
      <RetryDialog job={job} {...retry} />
      <CancelDialog job={job} {...cancel} />
    </Page>
  )
}

function Target({ target }: { target: NonNullable<AdminJob['target']> }) {
  const to = target.type.includes('cloud') || target.type.includes('provider') ? `/admin/clouds/${target.id}` : null
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {to ? (
        <Link to={to} className="text-accent hover:underline">
          {target.label}
        </Link>
      ) : (
        <span className="text-text">{target.label}</span>
      )}
      <CopyText text={target.id} what="target id" className="text-xs" />
    </span>
  )
}

function JobError({ error }: { error: NonNullable<AdminJob['error']> }) {
  return (
    <Alert tone="danger" title={error.message}>
      <p className="text-muted">
        <code className="text-xs">{error.code}</code> · <At at={error.at} />
      </p>
      {error.detail ? <p className="mt-1 font-mono text-xs break-words whitespace-pre-wrap">{error.detail}</p> : null}
      {error.provider_request_id ? (
        <p className="mt-1 flex flex-wrap items-center gap-1.5">
          Provider request <CopyText text={error.provider_request_id} what="provider request id" className="text-xs" />
        </p>
      ) : null}
    </Alert>
  )
}

function JobFacts({ job }: { job: AdminJob }) {
  const dash = <span className="text-muted">—</span>
  return (
    <Card aria-labelledby="facts">
      <CardHeader id="facts" title="Details" />
      <CardBody>
        <Facts
          items={[
            ['Kind', <code key="k" className="text-xs">{job.kind}</code>],
            ['Queue', <Link key="q" to={`/admin/jobs?queue=${job.queue}`} className="hover:text-accent hover:underline">{job.queue}</Link>],
            ['Failed tries', <span key="a" className="num">{job.attempts} of {job.max_attempts}</span>],
            ['Crashes', <span key="c" className="num">{job.crashes}</span>],
            ['Priority', <span key="p" className="num">{job.priority}</span>],
            ['Organisation', job.organisation ? <Link key="o" to={`/admin/customers/${job.organisation.id}`} className="text-accent hover:underline">{job.organisation.name}</Link> : dash],
            ['By', job.actor?.name ?? 'System'],
            ['Created', <At key="t" at={job.created_at} />],
            ...(isOpenJob(job.state) ? ([['Runs next', <At key="r" at={job.run_at} />]] as [string, React.ReactNode][]) : []),
            ['Deadline', <At key="d" at={job.deadline_at} />],
            ['Finished', job.finished_at ? <At key="f" at={job.finished_at} /> : dash],
            ['Id', <CopyText key="i" text={job.id} what="job id" className="text-xs" />],
          ]}
        />
      </CardBody>
    </Card>
  )
}

interface JobDialogProps {
  job: AdminJob
  open: boolean
  onOpenChange: (open: boolean) => void
}

function RetryDialog({ job, open, onOpenChange }: JobDialogProps) {
  const retry = useRetryJob(job.id)
  const navigate = useNavigate()
  const onSuccess = (next: AdminJob) => {
    // What ended stays ended: another job takes it up, and its page is the one to watch.
    if (next.id === job.id) onOpenChange(false)
    else void navigate(`/admin/jobs/${next.id}`)
  }
  return (
    <ConfirmDialog
      open={open && job.can_retry}
      onOpenChange={onOpenChange}
      title="Retry this job?"
      confirm="Retry job"
      reason="optional"
      pending={retry.isPending}
      error={retry.error}
      onConfirm={(reason) => retry.mutate(reason, { onSuccess })}
    >
      <p>It takes up where it stopped: a step that was done is not done twice, and nothing is charged twice.</p>
    </ConfirmDialog>
  )
}

function CancelDialog({ job, open, onOpenChange }: JobDialogProps) {
  const cancel = useCancelJob(job.id)
  return (
    <ConfirmDialog
      open={open && job.can_cancel}
      onOpenChange={onOpenChange}
      title="Cancel this job?"
      confirm="Cancel job"
      danger
      reason="required"
      pending={cancel.isPending}
      error={cancel.error}
      onConfirm={(reason) => cancel.mutate(reason, { onSuccess: () => onOpenChange(false) })}
    >
      <p>It stops before its next step, and what it had begun is undone where that is possible. The customer is told.</p>
    </ConfirmDialog>
  )
}
