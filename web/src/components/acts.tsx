import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Card, CardHeader } from '@/components/ui/card'
import { actorName, actVerb } from '@/lib/acts'
import { actsQuery } from '@/lib/api/queries'
import type { AdminActivity } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatDateTime, formatWhen } from '@/lib/time'

/** How many acts an object shows before the audit page has the rest. */
const SHOWN = 5

interface ActLineProps {
  act: AdminActivity
  className?: string
}

const When = ({ act }: { act: AdminActivity }) => (
  <time dateTime={act.created_at} title={formatDateTime(act.created_at)} className="num whitespace-nowrap">
    {formatWhen(act.created_at)}
  </time>
)

/** One act as people tell it: Retried by Avery: “quota raised”, 19:50. */
export function ActLine({ act, className }: ActLineProps) {
  const who = actorName(act)
  return (
    <p className={cn('wrap-anywhere', className)}>
      {actVerb(act)}
      {who ? (
        <>
          {' by '}
          <span className="font-medium">{who}</span>
        </>
      ) : null}
      {act.reason ? <>: “{act.reason}”</> : null}
      <span className="text-muted">
        {', '}
        <When act={act} />
      </span>
    </p>
  )
}

/** An event among events about different things, where a verb alone says too little: its own sentence first. */
export function ActEntry({ act, className }: ActLineProps) {
  const who = actorName(act) ?? 'SkyPanel'
  return (
    <div className={cn('wrap-anywhere', className)}>
      <p>{act.message}</p>
      <p className="text-[13px] text-muted">
        {who}
        {act.reason ? <>: “{act.reason}”</> : null}
        {', '}
        <When act={act} />
      </p>
    </div>
  )
}

interface ActsProps {
  /** The kind of thing as the log names it: `cloud`, `org`, `job`, `plan`, `queue`, `schedule`, `worker`, `vps`. */
  type: string
  /** Its id, or its name where it has no id. */
  id: string
  title?: string
}

const auditOf = (type: string, id: string) => `/admin/audit?type=${type}&object=${encodeURIComponent(id)}`

/** What administrators did to one thing, and why: the newest few as plain lines, for where a card would be too much. */
export function ActLines({ type, id, shown = SHOWN, className }: ActsProps & { shown?: number; className?: string }) {
  const { data } = useQuery(actsQuery({ entity_type: type, entity_id: id, by: 'administrator', limit: SHOWN }))
  const acts = data?.items.slice(0, shown) ?? []
  if (acts.length === 0) return null
  return (
    <ol aria-label="What administrators did" className={cn('grid gap-1 text-[13px]', className)}>
      {acts.map((act) => (
        <li key={act.id}>
          <ActLine act={act} />
        </li>
      ))}
    </ol>
  )
}

/** The same as a card, with the way to all of it. Nothing is shown for what was never touched. */
export function Acts({ type, id, title = 'What administrators did' }: ActsProps) {
  const { data } = useQuery(actsQuery({ entity_type: type, entity_id: id, by: 'administrator', limit: SHOWN }))
  if (!data || data.items.length === 0) return null
  return (
    <Card aria-label={title}>
      <CardHeader
        title={title}
        action={
          <Link
            to={auditOf(type, id)}
            className="inline-flex min-h-6 items-center text-[13px] font-medium text-accent hover:underline"
          >
            {data.next ? 'All of it' : 'In the audit'}
          </Link>
        }
      />
      <ol>
        {data.items.map((act) => (
          <li key={act.id} className="border-b px-4 py-2.5 text-[13px] last:border-b-0 sm:px-5">
            <ActLine act={act} />
          </li>
        ))}
      </ol>
    </Card>
  )
}
