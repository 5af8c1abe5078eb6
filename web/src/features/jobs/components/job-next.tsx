import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { At } from '@/components/date-time'
import { Alert } from '@/components/ui/alert'
import { jobCountsQuery } from '@/features/jobs/api/queries'
import { JobLink } from '@/features/jobs/components/job-link'
import { cloudsQuery } from '@/lib/api/queries'
import type { AdminJob } from '@/lib/api/types'
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

/** What the state means for this job, and what happens next by itself. */
export function JobNext({ job }: { job: AdminJob }) {
  const { title, words } = useNext(job)
  return (
    <Alert tone={TONES[job.state] ?? 'info'} title={title}>
      <div className="grid gap-1">
        {words}
        <Halted job={job} />
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
  const { data } = useQuery({ ...jobCountsQuery, enabled: job.state === 'queued' })
  const queue = data?.by_queue.find((q) => q.queue === job.queue)
  const later = useLeft(job.run_at, isOpenJob(job.state))
  switch (job.state) {
    case 'queued':
      return later > 0
        ? {
            title: 'Next: it starts later',
            words: (
              <p>
                It is due at <At at={job.run_at} />, in {formatSpan(later)}.
              </p>
            ),
          }
        : {
            title: queue?.paused ? 'Next: its queue is resumed' : 'Next: a worker picks it up',
            words: queue ? (
              <p>
                Queue {queue.queue} has {countOf(queue.due, 'due job')}, and {queue.running} of{' '}
                {countOf(queue.slots, 'slot')} {queue.slots === 1 ? 'is' : 'are'} busy.
              </p>
            ) : (
              <p>It starts as soon as queue {job.queue} has a free slot.</p>
            ),
          }
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
        title: later > 0 ? `Next: it checks again in ${formatSpan(later)}` : 'Next: it checks again now',
        words: (
          <p>
            {job.progress?.words ? `${job.progress.words}. ` : ''}It occupies no worker while it waits, and waiting does
            not count as an attempt.
          </p>
        ),
      }
    case 'retry':
      return {
        title:
          later > 0
            ? `Next: attempt ${job.attempts + 1} of ${job.max_attempts} in ${formatSpan(later)}`
            : `Next: attempt ${job.attempts + 1} of ${job.max_attempts} now`,
        words: (
          <p>
            It failed temporarily. The next attempt is at <At at={job.run_at} />; after{' '}
            {countOf(job.max_attempts, 'failed attempt')} it fails for good.
          </p>
        ),
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

/** Why no worker takes it although it is due. */
function Halted({ job }: { job: AdminJob }) {
  const waits = isOpenJob(job.state) && job.state !== 'running' && job.state !== 'stuck'
  const queue = useQuery({ ...jobCountsQuery, enabled: waits }).data?.by_queue.find((q) => q.queue === job.queue)
  const cloud = useQuery({ ...cloudsQuery, enabled: waits && Boolean(job.cloud) }).data?.items.find(
    (c) => c.id === job.cloud?.id,
  )
  if (!waits) return null
  return (
    <>
      {queue?.paused ? (
        <p className="font-medium text-warning">
          Queue {queue.queue} is paused{queue.paused_reason ? `: ${queue.paused_reason}` : '.'}{' '}
          <Link to={`/admin/jobs?dialog=resume&of=${queue.queue}`} className="underline underline-offset-2">
            Resume
          </Link>
        </p>
      ) : null}
      {cloud?.paused ? (
        <p className="font-medium text-warning">
          Its cloud{' '}
          <Link to={`/admin/clouds/${cloud.id}`} className="underline underline-offset-2">
            {cloud.name}
          </Link>{' '}
          is paused{cloud.paused_reason ? `: ${cloud.paused_reason}` : '.'}
        </p>
      ) : null}
      {queue && queue.slots === 0 ? (
        <p className="font-medium text-danger">No live worker serves queue {queue.queue}.</p>
      ) : null}
    </>
  )
}

function useLeft(at: string, active: boolean): number {
  return Math.ceil(secondsBetween(new Date(useNow(active)).toISOString(), at))
}
