import { Check, Circle, LoaderCircle, Undo2, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { formatTime } from '@/lib/time'

interface TimelineStep {
  key: string
  state: string
  words: ReactNode
  at: string
  /** Small print under the words. */
  detail?: ReactNode
}

const LOOK: Record<string, { icon: typeof Check; tint: string; name: string }> = {
  done: { icon: Check, tint: 'bg-success-soft text-success', name: 'Done' },
  failed: { icon: X, tint: 'bg-danger-soft text-danger', name: 'Failed' },
  undone: { icon: Undo2, tint: 'bg-warning-soft text-warning', name: 'Undone' },
  intent: { icon: Circle, tint: 'bg-surface-2 text-muted', name: 'Started' },
}

/** Steps along a line, oldest first. `live` turns the last started step into a moving one. */
export function Timeline({ steps, live }: { steps: TimelineStep[]; live: boolean }) {
  return (
    <ol className="grid grid-cols-[minmax(0,1fr)]">
      {steps.map((step, i) => {
        const last = i === steps.length - 1
        const moving = live && last && !['failed', 'undone'].includes(step.state)
        const look = LOOK[step.state] ?? LOOK.intent
        const Icon = moving && step.state !== 'done' ? LoaderCircle : (look?.icon ?? Circle)
        return (
          <li key={step.key} className="relative flex gap-3 pb-4 last:pb-0">
            {last ? null : <span aria-hidden className="absolute top-6 bottom-0 left-[11px] w-px bg-border" />}
            <span
              className={cn(
                'grid size-6 shrink-0 place-items-center rounded-full',
                moving && step.state !== 'done' ? 'bg-info-soft text-info' : look?.tint,
              )}
            >
              <Icon aria-hidden className={cn('size-3.5', moving && step.state !== 'done' && 'animate-spin')} />
              <span className="sr-only">{look?.name}: </span>
            </span>
            <div className="min-w-0 flex-1 pt-0.5">
              <p className="wrap-anywhere">{step.words}</p>
              {step.detail ? <div className="mt-0.5 text-[13px] wrap-anywhere text-muted">{step.detail}</div> : null}
            </div>
            <time dateTime={step.at} className="num shrink-0 pt-0.5 font-mono text-xs text-muted">
              {formatTime(step.at)}
            </time>
          </li>
        )
      })}
    </ol>
  )
}
