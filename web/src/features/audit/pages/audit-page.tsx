import { useQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import type { Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { AuditFilters } from '@/features/audit/components/audit-filters'
import { useAuditFilter } from '@/features/audit/filter'
import { actObject, actorName } from '@/lib/acts'
import { actsQuery } from '@/lib/api/queries'
import type { AdminActivity } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatDateTime, formatWhen } from '@/lib/time'

const PAGE_SIZE = 50

const DOT: Record<string, string> = {
  info: 'bg-info-dot',
  success: 'bg-success-dot',
  warning: 'bg-warning-dot',
  error: 'bg-danger-dot',
}

const COLUMNS: Column<AdminActivity>[] = [
  {
    id: 'when',
    head: 'When',
    skeleton: 'w-20',
    className: 'align-top whitespace-nowrap',
    cell: (a) => (
      <time dateTime={a.created_at} title={formatDateTime(a.created_at)} className="num text-[13px] text-muted">
        {formatWhen(a.created_at)}
      </time>
    ),
  },
  {
    id: 'who',
    head: 'Who',
    from: 'sm',
    skeleton: 'w-24',
    className: 'max-w-44 align-top',
    cell: (a) => <Who act={a} />,
  },
  {
    id: 'what',
    head: 'What and why',
    skeleton: 'w-64',
    className: 'min-w-0 align-top wrap-anywhere',
    cell: (a) => (
      <span className="flex items-start gap-3">
        <span aria-hidden className={cn('mt-1.5 size-2 shrink-0 rounded-full', DOT[a.status] ?? 'bg-line')} />
        <span className="grid min-w-0 gap-0.5">
          <span>
            {a.status === 'error' ? <span className="sr-only">Failed: </span> : null}
            {a.message}
          </span>
          {a.reason ? <span className="text-[13px]">“{a.reason}”</span> : null}
          <span className="flex flex-wrap gap-x-3 gap-y-1 text-[13px] text-muted">
            <span className="sm:hidden">
              <Who act={a} />
            </span>
            <span className="lg:hidden">
              <ObjectLink act={a} />
            </span>
          </span>
        </span>
      </span>
    ),
  },
  {
    id: 'object',
    head: 'Object',
    from: 'lg',
    skeleton: 'w-32',
    className: 'max-w-56 align-top',
    cell: (a) => <ObjectLink act={a} />,
  },
  {
    id: 'org',
    head: 'Customer',
    from: 'xl',
    skeleton: 'w-28',
    className: 'max-w-48 align-top',
    cell: (a) =>
      a.organisation ? (
        <Link
          to={`/admin/customers/${a.organisation.id}`}
          className="block truncate hover:text-accent hover:underline"
          title={a.organisation.name}
        >
          {a.organisation.name}
        </Link>
      ) : (
        <span className="text-muted">—</span>
      ),
  },
]

function Who({ act }: { act: AdminActivity }) {
  const { set } = useAuditFilter()
  const name = actorName(act)
  if (!act.actor) return <span className="text-muted">{name ? 'Command line' : 'SkyPanel'}</span>
  const { id } = act.actor
  return (
    <button
      type="button"
      onClick={() => set({ actor: id })}
      title={`Only what ${name} did`}
      className="line-clamp-2 min-h-6 rounded-sm text-left wrap-anywhere hover:text-accent hover:underline"
    >
      {name}
    </button>
  )
}

function ObjectLink({ act }: { act: AdminActivity }) {
  const object = actObject(act)
  if (!object) return null
  const full = `${object.kind} ${object.name}`
  const text = (
    <>
      <span className="text-muted">{object.kind}</span> {object.name}
    </>
  )
  return object.to ? (
    <Link to={object.to} className="line-clamp-2 min-h-6 wrap-anywhere hover:text-accent hover:underline" title={full}>
      {text}
    </Link>
  ) : (
    <span className="line-clamp-2 wrap-anywhere" title={full}>
      {text}
    </span>
  )
}

/** Everything that was done, by whom and why. */
export function AuditPage() {
  const { filter, cursor, any, clear } = useAuditFilter()
  const query = useQuery(actsQuery({ limit: PAGE_SIZE, ...filter, ...(cursor ? { cursor } : {}) }))
  return (
    <Page title="Audit" wide detail="Who did what in the whole panel, and the reason that they gave.">
      <AuditFilters rows={query.data?.items ?? []} />
      <DataTable
        label="Audit"
        columns={COLUMNS}
        query={query}
        rowKey={(a) => a.id}
        empty={
          <Empty
            icon={<ScrollText />}
            title={any ? 'Nothing matches' : 'Nothing was done yet'}
            action={any ? <Button onClick={clear}>Clear filters</Button> : null}
          >
            {any ? 'Try a longer time, or fewer filters.' : 'What people and the platform do will appear here.'}
          </Empty>
        }
      />
    </Page>
  )
}
