import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { ArrowDownLeft, ArrowUpRight, ChevronRight, Clock3, Lock, LockOpen } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { CopyText } from '@/components/copy-text'
import { Facts } from '@/components/facts'
import { LoadMore } from '@/components/load-more'
import { Money } from '@/components/money'
import { RetryPanel } from '@/components/retry-panel'
import { Skeleton } from '@/components/ui/skeleton'
import type { StatementEntry } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { exactly, isNegative, type Digits } from '@/lib/money'
import { formatDateTime, formatTime, groupByDay } from '@/lib/time'

/** Charges and holds are made of hours, so they have the digits of a rate. */
const KINDS: Record<string, { icon: typeof Clock3; words: string; digits: Digits }> = {
  credit: { icon: ArrowDownLeft, words: 'Credit', digits: 'sum' },
  promo: { icon: ArrowDownLeft, words: 'Promo', digits: 'sum' },
  hold: { icon: Lock, words: 'Order', digits: 'rate' },
  release: { icon: LockOpen, words: 'Order', digits: 'rate' },
  usage: { icon: Clock3, words: 'Usage', digits: 'rate' },
  settlement: { icon: ArrowUpRight, words: 'Debt', digits: 'sum' },
  write_off: { icon: ArrowDownLeft, words: 'Debt', digits: 'sum' },
  tax: { icon: ArrowUpRight, words: 'Tax', digits: 'sum' },
  credit_note: { icon: ArrowDownLeft, words: 'Credit note', digits: 'sum' },
  topup: { icon: ArrowDownLeft, words: 'Payment', digits: 'sum' },
  allocation: { icon: ArrowDownLeft, words: 'Payment', digits: 'sum' },
  refund: { icon: ArrowUpRight, words: 'Refund', digits: 'sum' },
  refund_back: { icon: ArrowDownLeft, words: 'Refund', digits: 'sum' },
  refund_wallet: { icon: ArrowDownLeft, words: 'Refund', digits: 'rate' },
  reversal: { icon: ArrowUpRight, words: 'Payment', digits: 'sum' },
  dispute_hold: { icon: Lock, words: 'Dispute', digits: 'sum' },
  dispute_back: { icon: LockOpen, words: 'Dispute', digits: 'sum' },
}

const ROW =
  'grid grid-cols-[minmax(0,1fr)_auto_1rem] items-center gap-x-3 px-4 sm:grid-cols-[minmax(0,1fr)_8rem_8rem_1rem] sm:px-5'
/** On phones the balance is under the amount, in the head as in the rows. */
const AMOUNT = 'col-start-2 row-start-1 self-end text-right sm:self-center'
const BALANCE = 'col-start-2 row-start-2 self-start text-right text-muted sm:col-start-3 sm:row-start-1 sm:self-center'
const WHAT = 'row-span-2 min-w-0 sm:row-span-1'

interface StatementProps {
  query: UseInfiniteQueryResult<InfiniteData<{ items: StatementEntry[]; next?: string | null }>>
  empty: ReactNode
  /** Shown under an entry that is made of hours, when opened. */
  lines?: (entry: StatementEntry) => ReactNode
}

/** A wallet's entries, newest first, by day. Each opens to its exact amounts and its hours. */
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
    <>
      <div role="table" aria-label="Statement">
        <div role="rowgroup">
          <div role="row" className={cn(ROW, 'border-b py-2 text-xs font-medium text-muted')}>
            <span role="columnheader" className={WHAT}>
              What
            </span>
            <span role="columnheader" className={AMOUNT}>
              Amount
            </span>
            <span role="columnheader" className={BALANCE}>
              Balance after
            </span>
          </div>
        </div>
        {groupByDay(entries, (e) => e.at).map(({ day, items }) => (
          <Day key={day} day={day} items={items} lines={lines} long={entries.length > LONG} />
        ))}
      </div>
      <LoadMore query={query} />
    </>
  )
}

/** From how many entries on the browser lays out only the days in sight. */
const LONG = 300
/** About what an entry is high, for days that are not laid out. */
const ENTRY_PX = 57

interface DayProps extends Pick<StatementProps, 'lines'> {
  day: string
  items: StatementEntry[]
  long: boolean
}

function Day({ day, items, lines, long }: DayProps) {
  const id = useId()
  return (
    <div
      role="rowgroup"
      aria-labelledby={id}
      style={
        long
          ? { contentVisibility: 'auto', containIntrinsicBlockSize: `auto ${String(items.length * ENTRY_PX)}px` }
          : undefined
      }
    >
      <div role="row">
        <div
          role="cell"
          id={id}
          aria-colspan={3}
          className="border-b bg-surface-2 px-4 py-1.5 text-xs font-medium text-muted sm:px-5"
        >
          {day}
        </div>
      </div>
      {items.map((entry) => (
        <Entry key={entry.id} entry={entry} lines={lines} />
      ))}
    </div>
  )
}

function Entry({ entry, lines }: { entry: StatementEntry; lines: StatementProps['lines'] }) {
  const [open, setOpen] = useState(false)
  const kind = KINDS[entry.kind] ?? { icon: Clock3, words: entry.kind, digits: 'sum' }
  return (
    <>
      <div role="row" className={cn(ROW, 'relative min-h-14 border-b py-2 hover:bg-surface-2')}>
        <div role="cell" className={cn(WHAT, 'flex items-center gap-3')}>
          <span
            aria-hidden
            className={cn(
              'grid size-8 shrink-0 place-items-center rounded-full max-sm:hidden',
              entry.kind === 'credit' ? 'bg-success-soft text-success' : 'bg-surface-2 text-muted',
            )}
          >
            <kind.icon className="size-4" />
          </span>
          <span className="min-w-0 flex-1">
            {/* The button's after covers the whole row. */}
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="block text-left wrap-anywhere after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-[-2px] focus-visible:after:outline-accent"
            >
              {entry.description}
            </button>
            <span className="num block text-[13px] text-muted">
              {kind.words} ·{' '}
              <time dateTime={entry.at} title={formatDateTime(entry.at)}>
                {formatTime(entry.at)}
              </time>
            </span>
          </span>
        </div>
        <div role="cell" className={AMOUNT}>
          <Money value={entry.amount} digits={kind.digits} signed tinted className="font-medium" />
        </div>
        <div role="cell" className={BALANCE}>
          <Money value={entry.balance_after} className={isNegative(entry.balance_after) ? 'text-danger' : ''} />
        </div>
        <ChevronRight
          aria-hidden
          className={cn(
            'col-start-3 row-span-2 row-start-1 size-4 text-muted transition-transform duration-150 sm:col-start-4 sm:row-span-1',
            open && 'rotate-90',
          )}
        />
      </div>
      {open ? <Detail entry={entry}>{entry.lines > 0 ? lines?.(entry) : null}</Detail> : null}
    </>
  )
}

/** Every digit, to read and to copy. */
function Detail({ entry, children }: { entry: StatementEntry; children: ReactNode }) {
  return (
    <div role="row">
      <div role="cell" aria-colspan={3} className="grid gap-3 border-b bg-surface-2 px-4 py-3 sm:px-5">
        <Facts
          items={[
            ['Exactly', <CopyText key="a" text={exactly(entry.amount)} what="amount" />],
            ['Balance after', <CopyText key="b" text={exactly(entry.balance_after)} what="balance" />],
            ['When', formatDateTime(entry.at)],
          ]}
        />
        {children}
      </div>
    </div>
  )
}
