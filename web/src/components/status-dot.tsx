import { cn } from '@/lib/cn'
import type { StatusWords, Tone } from '@/lib/status'

const DOT: Record<Tone, string> = {
  neutral: 'bg-line',
  success: 'bg-success-dot',
  warning: 'bg-warning-dot',
  danger: 'bg-danger-dot',
  info: 'bg-info-dot',
}

/** A dot with its word; the dot pulses while something is in progress. */
export function StatusDot({ status, className }: { status: StatusWords; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 whitespace-nowrap', className)}>
      <span
        aria-hidden
        className={cn('tone size-2 shrink-0 rounded-full', DOT[status.tone], status.moving && 'animate-pulse-dot')}
      />
      {status.words}
    </span>
  )
}
