import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { At, Elapsed, Moment } from '@/components/date-time'
import { ProgressBar } from '@/components/progress-bar'
import { StatusDot } from '@/components/status-dot'
import { Timeline } from '@/components/timeline'
import { TryingAgain } from '@/components/trying-again'
import type { Job } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { actionVerb, isOpenJob, isTryingAgain, jobOfVps } from '@/lib/status'
import { doneBy } from '@/lib/support'
import { formatSpan, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'

/** A beginning whose end is known says nothing more, and of tries that began alike the last one speaks. */
export function settled(steps: Job['steps']): Job['steps'] {
  return steps.filter(
    (step, i) => step.state !== 'intent' || !steps.slice(i + 1).some((later) => later.name === step.name),
  )
}

/** After so many seconds in the queue a person wonders whether anything happens at all. */
const LONG_QUEUED_S = 30

/** A queue may be full, or paused by an operator: both end, and a customer can do nothing about either. */
function InQueue({ since }: { since: string }) {
  const waiting = secondsBetween(since, useNow()) > LONG_QUEUED_S
  return waiting
    ? 'It waits longer than usual to begin. Nothing is lost, and nothing is needed from you: this page shows the start.'
    : 'Waiting in the queue.'
}

/** What an open job says of itself: one line, whatever happened. */
function Now({ job }: { job: Job }) {
  if (job.state === 'stuck') return null
  return (
    <div className="grid gap-2 px-4 pb-3 sm:px-5">
      <ProgressBar percent={job.progress?.percent ?? 0} label={actionVerb(job.action)} />
      {isTryingAgain(job) ? (
        <TryingAgain job={job} />
      ) : (
        <p role="status" className="text-[13px] text-muted">
          {job.progress?.words ?? <InQueue since={job.created_at} />}
        </p>
      )}
    </div>
  )
}

/** How long it took once it has ended; a running clock until then. */
function Took({ job }: { job: Job }) {
  if (!job.finished_at) return <Elapsed from={job.created_at} />
  return (
    <span className="num text-[13px] whitespace-nowrap text-muted">
      <Moment at={job.created_at} /> · {formatSpan(secondsBetween(job.created_at, job.finished_at))}
    </span>
  )
}

/** One job by what it does: "Rebooted by Casey, 19:50, 4 s", with its steps; while it is in progress its clock ticks. */
export function JobCard({ job, open: opened = false }: { job: Job; open?: boolean }) {
  const [open, setOpen] = useState(opened)
  const live = isOpenJob(job.state)
  const by = doneBy(job)
  const steps = settled(job.steps)
  return (
    <section className="min-w-0 rounded-lg border bg-surface" aria-label={actionVerb(job.action)}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-3 rounded-lg px-4 py-3 text-left hover:bg-surface-2 sm:px-5"
        >
          <ChevronRight
            aria-hidden
            className={cn('size-4 shrink-0 text-muted transition-transform duration-150', open && 'rotate-90')}
          />
          <span className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-0.5">
            <span className="flex min-w-0 flex-wrap items-center gap-x-1.5">
              <StatusDot status={jobOfVps(job)} className="font-semibold" />
              {by ? <span className="min-w-0 wrap-anywhere text-muted">by {by}</span> : null}
            </span>
            <Took job={job} />
          </span>
        </button>
      </h2>
      {live ? <Now job={job} /> : null}
      {job.failure ? (
        <p
          className={cn(
            'mx-4 mb-3 rounded-md px-3 py-2 text-[13px] wrap-anywhere sm:mx-5',
            job.state === 'stuck' ? 'bg-warning-soft text-warning' : 'bg-danger-soft text-danger',
          )}
        >
          {job.failure}
        </p>
      ) : null}
      {open ? (
        <div className="border-t px-4 py-4 sm:px-5">
          {steps.length > 0 ? (
            <Timeline
              live={live && job.state !== 'stuck'}
              steps={steps.map((s, i) => ({ key: `${i}-${s.name}`, state: s.state, words: s.words, at: s.at }))}
            />
          ) : (
            <p className="text-muted">No steps yet.</p>
          )}
          <p className="mt-3 text-[13px] text-muted">
            Started <At at={job.created_at} />
            {job.attempts > 0 && !live ? ` · ${job.attempts === 1 ? 'one try' : `${job.attempts} tries`} failed` : ''}
          </p>
        </div>
      ) : null}
    </section>
  )
}
