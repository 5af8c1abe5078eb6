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
  /** The page's one primary action, and what is beside it. */
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
      <header className="grid grid-cols-[minmax(0,1fr)] gap-1">
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
          <div className="min-w-0 flex-1 basis-60">
            {heading ?? <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>}
            {detail ? <div className="mt-1 wrap-anywhere text-muted">{detail}</div> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </div>
      </header>
      {children}
    </div>
  )
}
