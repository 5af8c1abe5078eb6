import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { At, Elapsed } from '@/components/date-time'
import { ProgressBar } from '@/components/progress-bar'
import { StatusDot } from '@/components/status-dot'
import { Timeline } from '@/components/timeline'
import type { Job } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { isOpenJob, jobKind, jobStateForCustomer } from '@/lib/status'
import { secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'

/** A beginning whose end is known says nothing more. */
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

/** One job with its steps and times; while it is in progress its clock ticks. */
export function JobCard({ job, open: opened = false }: { job: Job; open?: boolean }) {
  const [open, setOpen] = useState(opened)
  const live = isOpenJob(job.state)
  const steps = settled(job.steps)
  return (
    <section className="min-w-0 rounded-lg border bg-surface" aria-label={jobKind(job.kind)}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex w-full flex-wrap items-center gap-x-4 gap-y-1 rounded-lg px-4 py-3 text-left hover:bg-surface-2 sm:px-5"
        >
          <ChevronRight
            aria-hidden
            className={cn('size-4 shrink-0 text-muted transition-transform duration-150', open && 'rotate-90')}
          />
          <span className="flex-1 font-semibold">{jobKind(job.kind)}</span>
          <StatusDot status={jobStateForCustomer(job.state)} className="text-[13px]" />
          <Elapsed from={job.created_at} to={job.finished_at} />
        </button>
      </h2>
      {live ? (
        <div className="grid gap-2 px-4 pb-3 sm:px-5">
          <ProgressBar percent={job.progress?.percent ?? 0} label={jobKind(job.kind)} />
          <p role="status" className="text-[13px] text-muted">
            {job.progress?.words ?? <InQueue since={job.created_at} />}
          </p>
        </div>
      ) : null}
      {open ? (
        <div className="border-t px-4 py-4 sm:px-5">
          {steps.length > 0 ? (
            <Timeline
              live={live}
              steps={steps.map((s, i) => ({ key: `${i}-${s.name}`, state: s.state, words: s.words, at: s.at }))}
            />
          ) : (
            <p className="text-muted">No steps yet.</p>
          )}
          {job.failure ? (
            <p className="mt-3 rounded-md bg-danger-soft px-3 py-2 text-[13px] text-danger">{job.failure}</p>
          ) : null}
          <p className="mt-3 text-[13px] text-muted">
            Started <At at={job.created_at} />
            {job.attempts > 0 && job.state !== 'failed'
              ? ` · retried ${job.attempts === 1 ? 'once' : `${job.attempts} times`}`
              : ''}
          </p>
        </div>
      ) : null}
    </section>
  )
}
