import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { cn } from '@/lib/cn'
import { useTitle } from '@/lib/use-title'

interface PageProps {
  title: string
  /** Instead of the plain title, e.g. with a status beside it. */
  heading?: ReactNode
  detail?: ReactNode
  /** The page's one primary action, and what stands beside it. */
  actions?: ReactNode
  back?: { to: string; label: string }
  /** Tables take the whole width. */
  wide?: boolean
  children: ReactNode
}

export function Page({ title, heading, detail, actions, back, wide = false, children }: PageProps) {
  useTitle(title)
  return (
    <div className={cn('grid grid-cols-[minmax(0,1fr)] content-start gap-5', wide ? 'w-full' : 'page-width')}>
      <header className="grid gap-1">
        {back ? (
          <Link
            to={back.to}
            className="-ml-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-[13px] text-muted hover:text-text touch:min-h-11"
          >
            <ChevronLeft aria-hidden className="size-4" />
            {back.label}
          </Link>
        ) : null}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            {heading ?? <h1 className="text-2xl font-semibold tracking-tight break-words">{title}</h1>}
            {detail ? <div className="mt-1 text-muted">{detail}</div> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </div>
      </header>
      {children}
    </div>
  )
}

interface EmptyProps {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** Nothing here yet, and the first step. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-12 text-center">
      <span
        aria-hidden
        className="mb-2 grid size-11 place-items-center rounded-full bg-accent-soft text-accent [&_svg]:size-5"
      >
        {icon}
      </span>
      <p className="text-base font-semibold">{title}</p>
      {children ? <div className="max-w-md text-muted">{children}</div> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  )
}

/** Names and values in two columns. */
export function Facts({ items }: { items: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,max-content)_1fr] gap-x-6 gap-y-2.5">
      {items.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface StatProps {
  label: string
  value: ReactNode
  detail?: ReactNode
  to?: string
}

/** One figure; the whole tile leads to the list behind it. */
export function Stat({ label, value, detail, to }: StatProps) {
  const body = (
    <>
      <span className="text-[13px] text-muted">{label}</span>
      <span className="num text-xl font-semibold tracking-tight">{value}</span>
      {detail ? <span className="text-[13px] text-muted">{detail}</span> : null}
    </>
  )
  const classes = 'grid min-w-0 content-start gap-1 rounded-lg border bg-surface p-4'
  return to ? (
    <Link to={to} className={cn(classes, 'transition-colors hover:border-line')}>
      {body}
    </Link>
  ) : (
    <div className={classes}>{body}</div>
  )
}
