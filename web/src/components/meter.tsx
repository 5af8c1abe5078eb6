import { cn } from '@/lib/cn'
import type { Tone } from '@/lib/status'

const FILL: Record<Tone, string> = {
  neutral: 'bg-line',
  success: 'bg-success-dot',
  warning: 'bg-warning-dot',
  danger: 'bg-danger-dot',
  info: 'bg-info-dot',
}

/** How much of something is taken. A picture beside a figure that says the same, so it is silent. */
export function Meter({ share, tone = 'info', className }: { share: number; tone?: Tone; className?: string }) {
  const percent = Math.min(100, Math.max(0, share * 100))
  return (
    <span aria-hidden className={cn('tone block h-1.5 min-w-8 overflow-hidden rounded-full bg-surface-3', className)}>
      <span
        className={cn('block h-full rounded-full transition-[width] duration-200', FILL[tone])}
        style={{ width: `${percent > 0 ? Math.max(2, percent) : 0}%` }}
      />
    </span>
  )
}
