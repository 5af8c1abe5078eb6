import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useTitle } from '@/lib/use-title'

interface LinkPageProps {
  title: string
  detail?: ReactNode
  children?: ReactNode
  /** Where it leads on. */
  next?: { to: string; label: string }
}

/** A page that a link of a mail opens. */
export function LinkPage({ title, detail, children, next }: LinkPageProps) {
  useTitle(title)
  return (
    <div className="grid gap-5">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {detail ? <p className="mt-1 wrap-anywhere text-muted">{detail}</p> : null}
      </div>
      {children}
      {next ? (
        <p className="text-muted">
          <Link to={next.to} className="font-medium text-accent underline underline-offset-2">
            {next.label}
          </Link>
        </p>
      ) : null}
    </div>
  )
}

/** The link was cut off by the mail program, or typed by hand. */
export function NoToken({ title, next }: Pick<LinkPageProps, 'title' | 'next'>) {
  return (
    <LinkPage
      title={title}
      {...(next ? { next } : {})}
      detail="This link is incomplete. Open the whole link of the mail: it ends in a long word."
    />
  )
}
