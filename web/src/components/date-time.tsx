import { formatAge, formatClock, formatDateTime, formatWhen, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'

/** How long ago, with the exact moment on hover. */
export function Ago({ at, suffix = true }: { at: string; suffix?: boolean }) {
  const age = formatAge(at, useNow())
  return (
    <time dateTime={at} title={formatDateTime(at)} className="num whitespace-nowrap">
      {suffix && age !== 'just now' ? `${age} ago` : age}
    </time>
  )
}

export function At({ at }: { at: string }) {
  return (
    <time dateTime={at} className="num whitespace-nowrap">
      {formatDateTime(at)}
    </time>
  )
}

/** The hour of something of today, the day of what is older; the exact moment on hover. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)} className="num whitespace-nowrap">
      {formatWhen(at, useNow())}
    </time>
  )
}

/** A running clock from `from`; it stops at `to`. Not announced: it changes each second. */
export function Elapsed({ from, to }: { from: string; to?: string | null | undefined }) {
  const now = useNow(to == null)
  return (
    <span className="num font-mono text-xs whitespace-nowrap text-muted" aria-hidden={to == null || undefined}>
      {formatClock(secondsBetween(from, to ?? now))}
    </span>
  )
}
