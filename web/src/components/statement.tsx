import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { ArrowDownLeft, ArrowUpRight, ChevronRight, Clock3, Lock, LockOpen } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { LoadMore } from '@/components/load-more'
import { Money } from '@/components/money'
import { RetryPanel } from '@/components/retry-panel'
import { Skeleton } from '@/components/ui/skeleton'
import type { StatementEntry } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatDateTime, formatTime, groupByDay } from '@/lib/time'

const KINDS: Record<string, { icon: typeof Clock3; words: string }> = {
  credit: { icon: ArrowDownLeft, words: 'Credit' },
  hold: { icon: Lock, words: 'Held' },
  release: { icon: LockOpen, words: 'Released' },
  usage: { icon: Clock3, words: 'Usage' },
  settlement: { icon: ArrowUpRight, words: 'Settlement' },
}

interface StatementProps {
  query: UseInfiniteQueryResult<InfiniteData<{ items: StatementEntry[]; next?: string | null }>>
  empty: ReactNode
  /** Shown under an entry that is made of hours, when opened. */
  lines?: (entry: StatementEntry) => ReactNode
}

/** A wallet's entries, newest first, by day. */
export function Statement({ query, empty, lines }: StatementProps) {
  if (query.isError && !query.data) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) {
    return (
      <div className="grid gap-4 p-5" aria-busy="true">
        {[0, 1, 2, 3].map((n) => (
          <Skeleton key={n} className="h-8 w-full" />
        ))}
      </div>
    )
  }
  const entries = query.data.pages.flatMap((p) => p.items)
  if (entries.length === 0) return empty
  return (
    <div>
      {groupByDay(entries, (e) => e.at).map(({ day, items }) => (
        <section key={day} aria-label={day}>
          <h3 className="border-b bg-surface-2 px-4 py-1.5 text-xs font-medium text-muted sm:px-5">{day}</h3>
          <ul>
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} lines={lines} />
            ))}
          </ul>
        </section>
      ))}
      <LoadMore query={query} />
    </div>
  )
}

function Entry({ entry, lines }: { entry: StatementEntry; lines: StatementProps['lines'] }) {
  const [open, setOpen] = useState(false)
  const kind = KINDS[entry.kind] ?? { icon: Clock3, words: entry.kind }
  const opens = entry.lines > 0 && lines !== undefined
  const row = (
    <>
      <span
        aria-hidden
        className={cn(
          'grid size-8 shrink-0 place-items-center rounded-full',
          entry.kind === 'credit' ? 'bg-success-soft text-success' : 'bg-surface-2 text-muted',
        )}
      >
        <kind.icon className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block wrap-anywhere">{entry.description}</span>
        <span className="num block text-[13px] text-muted">
          {kind.words} ·{' '}
          <time dateTime={entry.at} title={formatDateTime(entry.at)}>
            {formatTime(entry.at)}
          </time>
          {opens ? (
            <>
              {' '}
              · {entry.lines} {entry.lines === 1 ? 'hour' : 'hours'}
            </>
          ) : null}
        </span>
      </span>
      <span className="text-right">
        <Money value={entry.amount} digits="micro" signed tinted className="block font-medium" />
        <span className="block text-[13px] text-muted">
          <span className="sr-only">Balance after: </span>
          <Money value={entry.balance_after} digits="micro" />
        </span>
      </span>
      {lines ? (
        <ChevronRight
          aria-hidden
          className={cn(
            'size-4 shrink-0 text-muted transition-transform duration-150',
            open && 'rotate-90',
            !opens && 'invisible',
          )}
        />
      ) : null}
    </>
  )
  const classes = 'flex min-h-14 w-full items-center gap-3 px-4 py-2 text-left sm:px-5'
  return (
    <li className="border-b last:border-b-0">
      {opens ? (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className={cn(classes, 'hover:bg-surface-2 focus-visible:outline-offset-[-2px]')}
        >
          {row}
        </button>
      ) : (
        <div className={classes}>{row}</div>
      )}
      {open ? <div className="border-t bg-surface-2 px-4 py-3 sm:px-5">{lines?.(entry)}</div> : null}
    </li>
  )
}
