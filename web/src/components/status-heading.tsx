import type { ReactNode } from 'react'
import { StatusDot } from '@/components/status-dot'
import type { StatusWords } from '@/lib/status'

interface StatusHeadingProps {
  title: string
  /** What the status is called on this page. */
  label: 'State' | 'Status'
  status: StatusWords
  /** Between title and status, e.g. a rename button. */
  aside?: ReactNode
  /** After the status: badges. */
  children?: ReactNode
}

/** A page's title with the thing's state beside it, told to screen readers when it changes. */
export function StatusHeading({ title, label, status, aside, children }: StatusHeadingProps) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <h1 className="min-w-0 text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
      {aside}
      <span role="status" aria-label={label}>
        <StatusDot status={status} className="rounded-full border bg-surface px-2.5 py-0.5 text-[13px] font-medium" />
      </span>
      {children}
    </div>
  )
}
