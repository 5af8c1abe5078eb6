import { Ago } from '@/components/date-time'
import { OrgLink } from '@/components/org-link'
import type { Activity } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { doneBy } from '@/lib/support'
import { useGlide } from '@/lib/use-glide'

const DOT: Record<string, string> = {
  info: 'bg-info-dot',
  success: 'bg-success-dot',
  warning: 'bg-warning-dot',
  error: 'bg-danger-dot',
}

/** Where the thing that an activity is about can be seen, within its organisation. */
function linkOf(a: Activity): string | null {
  return a.entity_type === 'vps' && a.entity_id ? `/servers/${a.entity_id}` : null
}

interface ActivityListProps {
  items: Activity[]
  linked?: boolean
  /** The last few, a line each: newer ones take the places of older ones, and nothing moves. */
  brief?: boolean
}

export function ActivityList({ items, linked = true, brief = false }: ActivityListProps) {
  const list = useGlide<HTMLOListElement>(items.map((a, i) => (brief ? String(i) : a.id)))
  return (
    <ol ref={list}>
      {items.map((a, i) => {
        const to = linked ? linkOf(a) : null
        return (
          <li key={brief ? i : a.id} className="flex items-start gap-3 border-b px-4 py-2.5 last:border-b-0 sm:px-5">
            <span aria-hidden className={cn('tone mt-1.5 size-2 shrink-0 rounded-full', DOT[a.status] ?? 'bg-line')} />
            <div className="min-w-0 flex-1">
              <p className={brief ? 'truncate' : 'wrap-anywhere'} title={brief ? a.message : undefined}>
                {a.status === 'error' ? <span className="sr-only">Failed: </span> : null}
                {to ? (
                  <OrgLink to={to} className="hover:text-accent hover:underline">
                    {a.message}
                  </OrgLink>
                ) : (
                  a.message
                )}
              </p>
              <p
                className={cn('text-[13px] text-muted', brief ? 'truncate' : 'wrap-anywhere')}
                title={brief ? (doneBy(a) ?? undefined) : undefined}
              >
                {doneBy(a) ?? 'System'}
              </p>
            </div>
            <span className="shrink-0 text-[13px] text-muted">
              <Ago at={a.created_at} />
            </span>
          </li>
        )
      })}
    </ol>
  )
}
