import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { At } from '@/components/date-time'
import { Alert } from '@/components/ui/alert'
import { JobLink } from '@/features/jobs/components/job-link'
import { tryOf } from '@/features/jobs/tries'
import type { AdminJob, JobWait } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { countOf } from '@/lib/numbers'
import { isOpenJob } from '@/lib/status'
import { formatSpan, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'

/** The failure itself is shown above in red; what is left to do is said calmly. */
const TONES: Record<string, 'info' | 'success' | 'warning'> = {
  stuck: 'warning',
  retry: 'warning',
  succeeded: 'success',
}

/** What the state means for this job, what holds it up, and what happens next by itself. */
export function JobNext({ job }: { job: AdminJob }) {
  const { title, words } = useNext(job)
  // The headline says the next attempt already.
  const waits = (job.waits ?? []).filter((w) => w.why !== 'retry')
  return (
    <Alert tone={TONES[job.state] ?? 'info'} title={title}>
      <div className="grid gap-1">
        {words}
        {waits.length > 0 ? <Waits job={job} waits={waits} /> : null}
        {job.cancel_requested && isOpenJob(job.state) ? (
          <p>
            Cancellation was requested: the job stops before its next step or at its worker’s next heartbeat, and undoes
            what it had started.
          </p>
        ) : null}
        {isOpenJob(job.state) && job.state !== 'stuck' ? (
          <p className="text-muted">
            Its deadline is <At at={job.deadline_at} />.
          </p>
        ) : null}
      </div>
    </Alert>
  )
}

interface Next {
  title: string
  words: ReactNode
}

function useNext(job: AdminJob): Next {
  const later = useLeft(job.run_at, isOpenJob(job.state))
  const soon = later > 0 ? `in ${formatSpan(later)}` : 'now'
  switch (job.state) {
    case 'queued':
      return { title: later > 0 ? `Queued, begins ${soon}` : 'Queued, due now', words: null }
    case 'running':
      return {
        title: 'Next: its current step finishes',
        words: (
          <p>
            {job.lease_owner ? (
              <>
                Held by{' '}
                <Link to="/admin/workers" className="font-mono text-xs text-accent hover:underline">
                  {job.lease_owner}
                </Link>
                , which keeps renewing its claim.{' '}
              </>
            ) : null}
            If that worker disappears, another takes the job over and continues where it stopped.
          </p>
        ),
      }
    case 'waiting':
      return {
        title: `Waiting, checks again ${soon}`,
        words: <p>It occupies no worker while it waits, and waiting does not count as an attempt.</p>,
      }
    case 'retry':
      return {
        title: `Trying again (${tryOf(job)}), next ${soon}`,
        words: <p>After {countOf(job.max_attempts, 'failed attempt')} it fails for good.</p>,
      }
    case 'stuck':
      return {
        title: 'It needs attention',
        words: (
          <p>
            {job.crashes > 0 ? `Workers disappeared ${countOf(job.crashes, 'time')} while they held it. ` : ''}Nothing
            happens by itself. Retry resumes where it stopped{job.can_discard ? '; Discard ends it as failed' : ''}.
          </p>
        ),
      }
    case 'failed':
      return job.taken_up_by
        ? {
            title: 'Another job continues it',
            words: (
              <p>
                Its work continues in <JobLink id={job.taken_up_by} />.
              </p>
            ),
          }
        : {
            title: 'It failed for good',
            words: (
              <p>
                What it had started was undone.{' '}
                {job.can_retry
                  ? 'Retry creates a new job that continues it'
                  : job.password_gone
                    ? 'It cannot be retried: its root password was removed a day after it failed, so the customer could not sign in to the server. They have to order again, under the same name if they like'
                    : 'It cannot be retried'}
                {job.can_discard ? '; Discard marks it as needing no more attention' : ''}.
              </p>
            ),
          }
    case 'cancelled':
      return {
        title: 'It was cancelled',
        words: job.taken_up_by ? (
          <p>
            Its work continues in <JobLink id={job.taken_up_by} />.
          </p>
        ) : (
          <p>What it had started was undone. Nothing else happens.</p>
        ),
      }
    default:
      return {
        title: 'It is done',
        words: <p>Nothing else happens.{job.archived ? ' It is in the archive and can only be read.' : ''}</p>,
      }
  }
}

/** What holds it up, the first reason first. */
function Waits({ job, waits }: { job: AdminJob; waits: JobWait[] }) {
  return (
    <ul aria-label="Why it does not run" className="grid gap-1">
      {waits.map((w) => (
        <li key={w.why} className={cn('wrap-anywhere', LOUD[w.why] ?? 'text-text')}>
          {w.words}
          {w.by ? ` by ${w.by}` : ''}
          {w.reason ? `: “${w.reason}”` : ''}
          {w.since ? (
            <>
              , {w.why === 'backlog' ? 'the oldest since' : 'since'} <At at={w.since} />
            </>
          ) : null}
          {w.until ? (
            <>
              , until <At at={w.until} />
            </>
          ) : null}
          . <Lever job={job} why={w.why} />
        </li>
      ))}
    </ul>
  )
}

const LOUD: Partial<Record<JobWait['why'], string>> = {
  queue_paused: 'font-medium text-warning',
  cloud_paused: 'font-medium text-warning',
  no_worker: 'font-medium text-danger',
  no_worker_for_kind: 'font-medium text-danger',
}

/** Where an operator changes it. */
function Lever({ job, why }: { job: AdminJob; why: JobWait['why'] }) {
  const queue = (dialog: string) => `/admin/jobs?dialog=${dialog}&of=${job.queue}`
  const levers: Partial<Record<JobWait['why'], [to: string, words: string]>> = {
    queue_paused: [queue('resume'), 'Resume'],
    cloud_paused: [`/admin/clouds/${job.cloud?.id}`, 'Open the cloud'],
    budget: [`/admin/clouds/${job.cloud?.id}`, 'Open the cloud'],
    no_worker: ['/admin/workers', 'Open workers'],
    no_worker_for_kind: ['/admin/workers', 'Open workers'],
    org_limit: [queue('tune'), 'Change limits'],
    cloud_limit: [queue('tune'), 'Change limits'],
    window: [queue('tune'), 'Change limits'],
    slots: ['/admin/workers', 'Open workers'],
    backlog: [`/admin/jobs?queue=${job.queue}&state=queued`, 'Show queued jobs'],
  }
  const lever = levers[why]
  return lever ? (
    <Link to={lever[0]} className="underline underline-offset-2">
      {lever[1]}
    </Link>
  ) : null
}

function useLeft(at: string, active: boolean): number {
  return Math.ceil(secondsBetween(new Date(useNow(active)).toISOString(), at))
}
