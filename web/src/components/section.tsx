import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { Page } from '@/components/page'
import type { Perm } from '@/lib/api/types'

/** One of several pages about the same thing. */
export interface SectionTab {
  /** Its name in the address: `profile` of `/account/profile`. */
  path: string
  label: string
  /** Who may not do this does not see it. */
  perm?: Perm
}

interface SectionProps {
  title: string
  /** Instead of the plain title, as for a page. */
  heading?: ReactNode
  detail?: ReactNode
  /** The address of the section: `/account`. */
  base: string
  tabs: SectionTab[]
  current: SectionTab
  children: ReactNode
}

/** The frame around pages about one thing, each with an address of its own: a title and the way to the others. */
export function Section({ title, heading, detail, base, tabs, current, children }: SectionProps) {
  return (
    <Page
      title={`${current.label} · ${title}`}
      heading={heading ?? <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>}
      detail={detail}
    >
      <nav aria-label={`${title} pages`} className="flex flex-wrap gap-x-1 border-b">
        {tabs.map((tab) => (
          <NavLink
            key={tab.path}
            to={`${base}/${tab.path}`}
            className="-mb-px inline-flex min-h-10 max-w-full items-center border-b-2 border-transparent px-3 text-sm font-medium text-muted transition-colors hover:text-text focus-visible:outline-offset-[-2px] aria-[current=page]:border-accent aria-[current=page]:text-text touch:min-h-11"
          >
            <span className="min-w-0 wrap-anywhere">{tab.label}</span>
          </NavLink>
        ))}
      </nav>
      {children}
    </Page>
  )
}
