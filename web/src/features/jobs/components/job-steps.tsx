import { Check, Circle, RotateCw } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import type { AdminJob } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { countOf } from '@/lib/numbers'
import { isOpenJob } from '@/lib/status'

/** States in which a job can be sent back to an earlier step of its own. */
const CAN_GO_BACK = new Set(['stuck', 'retry', 'waiting'])

/** The kind's steps in order, how far the job is, and the way back to one. */
export function JobSteps({ job, onRetryFrom }: { job: AdminJob; onRetryFrom: (index: number) => void }) {
  const steps = job.steps ?? []
  if (steps.length === 0) return null
  const open = isOpenJob(job.state)
  const over = job.state === 'succeeded'
  const done = steps.filter((s) => s.done).length
  const current = steps.find((s) => !s.done)?.index ?? steps.at(-1)?.index ?? 0
  const canGoBack = job.can_retry && CAN_GO_BACK.has(job.state)
  return (
    <Card aria-labelledby="steps">
      <CardHeader id="steps" title="Steps" detail={howFar(job.state, done, steps.length)} />
      <ol>
        {steps.map((step) => {
          const Icon = step.done ? Check : Circle
          const here = open && !step.done && step.index === current
          return (
            <li
              key={step.index}
              className="flex min-h-11 items-center gap-3 border-b px-4 py-1 last:border-b-0 sm:px-5"
            >
              <span
                className={cn(
                  'grid size-6 shrink-0 place-items-center rounded-full',
                  step.done
                    ? 'bg-success-soft text-success'
                    : here
                      ? 'bg-info-soft text-info'
                      : 'bg-surface-2 text-muted',
                )}
              >
                <Icon aria-hidden className="size-3.5" />
                <span className="sr-only">
                  {step.done ? 'Done: ' : here ? 'Current: ' : open ? 'Pending: ' : over ? 'Not needed: ' : 'Not run: '}
                </span>
              </span>
              <span className={cn('min-w-0 flex-1 font-mono text-xs break-words', !step.done && !here && 'text-muted')}>
                {step.name}
              </span>
              {canGoBack && step.index <= current ? (
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Retry from step ${step.name}`}
                  onClick={() => onRetryFrom(step.index)}
                >
                  <RotateCw aria-hidden className="size-4" /> Retry from here
                </Button>
              ) : null}
            </li>
          )
        })}
      </ol>
    </Card>
  )
}

/** A job that is done has nothing left to do, even if it came there without some of its steps. */
function howFar(state: string, done: number, all: number): string {
  if (state !== 'succeeded') return `${done} of ${countOf(all, 'step')} done`
  const spared = all - done
  return spared === 0 ? 'All done' : `Done; ${countOf(spared, 'step was', 'steps were')} not needed`
}
