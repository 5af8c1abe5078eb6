import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { cn } from '@/lib/cn'

interface StatProps {
  label: string
  value: ReactNode
  /** A line below; null keeps its place for one that comes and goes. */
  detail?: ReactNode
  to?: string
}

/** One figure; the whole tile leads to the list behind it. */
export function Stat({ label, value, detail, to }: StatProps) {
  const body = (
    <>
      <span className="text-[13px] text-muted">{label}</span>
      <span className="num text-xl font-semibold tracking-tight">{value}</span>
      {detail === undefined ? null : (
        <span className="min-h-5 text-[13px] text-muted [&_time]:whitespace-normal">{detail}</span>
      )}
    </>
  )
  const classes =
    'grid min-w-0 grid-cols-[minmax(0,1fr)] wrap-anywhere content-start gap-1 rounded-lg border bg-surface p-4'
  return to ? (
    <Link to={to} className={cn(classes, 'transition-colors hover:border-line')}>
      {body}
    </Link>
  ) : (
    <div className={classes}>{body}</div>
  )
}
