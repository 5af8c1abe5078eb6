import { useQuery } from '@tanstack/react-query'
import { Ban, RotateCw, Trash2 } from 'lucide-react'
import { Link, useParams } from 'react-router'
import { Acts } from '@/components/acts'
import { CodeBlock } from '@/components/code-block'
import { CopyText } from '@/components/copy-text'
import { At, Elapsed } from '@/components/date-time'
import { Page } from '@/components/page'
import { ProgressBar } from '@/components/progress-bar'
import { QueryPage } from '@/components/query-page'
import { StatusHeading } from '@/components/status-heading'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { jobQuery } from '@/features/jobs/api/queries'
import { JobCalls } from '@/features/jobs/components/job-calls'
import { JobDialogs } from '@/features/jobs/components/job-dialogs'
import { JobFacts } from '@/features/jobs/components/job-facts'
import { JobNext } from '@/features/jobs/components/job-next'
import { JobSteps } from '@/features/jobs/components/job-steps'
import { JobTimeline } from '@/features/jobs/components/job-timeline'
import type { AdminJob } from '@/lib/api/types'
import { nounNow } from '@/lib/former-names'
import { isOpenJob, jobName, jobState } from '@/lib/status'
import { useUrl } from '@/lib/use-url'

const BACK = { to: '/admin/jobs', label: 'Jobs' }

export function JobPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(jobQuery(id))} title="Job" back={BACK}>
      {(job) => <JobView key={job.id} job={job} />}
    </QueryPage>
  )
}

function JobView({ job }: { job: AdminJob }) {
  const { get, set } = useUrl()
  const show = (dialog: string, step: number | null = null) =>
    set({ dialog, step: step === null ? null : String(step) }, { push: true })
  return (
    <Page
      title={jobName(job)}
      back={BACK}
      heading={
        <StatusHeading title={jobName(job)} label="State" status={jobState(job.state)}>
          {job.cancel_requested && isOpenJob(job.state) ? <Badge tone="warning">Cancel requested</Badge> : null}
          {job.archived ? <Badge>Archived</Badge> : null}
        </StatusHeading>
      }
      detail={job.target ? <Target target={job.target} /> : null}
      actions={<Actions job={job} onShow={show} />}
    >
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <JobNext job={job} />
          {job.error && job.state !== 'succeeded' ? <JobError job={job} error={job.error} /> : null}
          <TimelineCard job={job} />
          <JobSteps job={job} onRetryFrom={(index) => show('retry', index)} />
          <JobCalls calls={job.calls ?? []} />
          <Payload job={job} />
        </div>
        <div className="grid min-w-0 gap-4">
          <JobFacts job={job} />
          <Acts type="job" id={job.id} />
        </div>
      </div>
      <JobDialogs
        dialog={get('dialog')}
        job={job}
        steps={job.steps ?? []}
        step={get('step') ? Number(get('step')) : null}
        onClose={() => set({ dialog: null, step: null })}
      />
    </Page>
  )
}

function Actions({ job, onShow }: { job: AdminJob; onShow: (dialog: string) => void }) {
  return (
    <>
      {job.can_discard ? (
        <Button onClick={() => onShow('discard')}>
          <Trash2 aria-hidden className="size-4" /> Discard
        </Button>
      ) : null}
      {job.can_cancel ? (
        <Button onClick={() => onShow('cancel')}>
          <Ban aria-hidden className="size-4" /> Cancel job
        </Button>
      ) : null}
      {job.can_retry ? (
        <Button variant="primary" onClick={() => onShow('retry')}>
          <RotateCw aria-hidden className="size-4" /> Retry
        </Button>
      ) : null}
    </>
  )
}

function Target({ target }: { target: NonNullable<AdminJob['target']> }) {
  const to = nounNow(target.type) === 'cloud' ? `/admin/clouds/${target.id}` : null
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      {to ? (
        <Link to={to} className="wrap-anywhere text-accent hover:underline">
          {target.label}
        </Link>
      ) : (
        <span className="min-w-0 wrap-anywhere text-text">{target.label}</span>
      )}
      <CopyText text={target.id} what="target ID" wrap className="text-xs" />
      <Link to={`/admin/jobs?q=${encodeURIComponent(target.id)}`} className="text-[13px] text-accent hover:underline">
        All its jobs
      </Link>
    </span>
  )
}

/** Why it last failed: calmly while it is tried again by itself. */
function JobError({ job, error }: { job: AdminJob; error: NonNullable<AdminJob['error']> }) {
  const again = isOpenJob(job.state) && job.state !== 'stuck'
  return (
    <Alert tone={again ? 'warning' : 'danger'} title={error.message}>
      <p className="text-muted">
        <code className="text-xs">{error.code}</code> · <At at={error.at} />
      </p>
      {error.detail && error.detail !== error.message ? (
        <p className="mt-1 wrap-anywhere">The customer was told: {error.detail}</p>
      ) : null}
      {error.provider_request_id ? (
        <p className="mt-1 flex flex-wrap items-center gap-1.5">
          Provider request{' '}
          <CopyText text={error.provider_request_id} what="provider request ID" wrap className="text-xs" />
        </p>
      ) : null}
    </Alert>
  )
}

function TimelineCard({ job }: { job: AdminJob }) {
  const live = isOpenJob(job.state)
  return (
    <Card aria-labelledby="timeline">
      <CardHeader id="timeline" title="Timeline" action={<Elapsed from={job.created_at} to={job.finished_at} />} />
      <CardBody className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {live && job.progress ? (
          <div className="grid gap-2">
            <ProgressBar percent={job.progress.percent} label="Progress" />
            <p role="status" className="num text-[13px] text-muted">
              {job.progress.words} · {job.progress.percent} %
            </p>
          </div>
        ) : null}
        <JobTimeline
          entries={job.timeline ?? []}
          live={live && job.state !== 'stuck'}
          said={job.state === 'succeeded' ? undefined : job.error?.message}
        />
      </CardBody>
    </Card>
  )
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2)

function Payload({ job }: { job: AdminJob }) {
  return (
    <Card aria-labelledby="arguments">
      <CardHeader
        id="arguments"
        title="Arguments"
        detail="IDs and choices only; the data itself is read when the job runs."
      />
      <CardBody className="grid gap-4">
        <CodeBlock label="Arguments" what="arguments" text={pretty(job.arguments ?? {})} />
        {job.result == null ? null : (
          <section aria-label="Result" className="grid gap-2">
            <h3 className="text-[13px] font-medium">Result</h3>
            <CodeBlock label="Result, as JSON" what="result" text={pretty(job.result)} />
          </section>
        )}
      </CardBody>
    </Card>
  )
}
