import { Ban, Pause, Play, RotateCw, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import type { RowSelection } from '@/components/row-selection'
import { Button } from '@/components/ui/button'
import { BULK } from '@/features/jobs/bulk'
import { useJobFilter } from '@/features/jobs/filter'
import type { BulkAction, JobCounts } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { countOf, formatCount } from '@/lib/numbers'
import { useUrlDialogOf } from '@/lib/use-url'

const ACTIONS: { action: BulkAction; icon: typeof Ban }[] = [
  { action: 'retry', icon: RotateCw },
  { action: 'cancel', icon: Ban },
  { action: 'discard', icon: Trash2 },
]

type Matches = JobCounts['matches']

/** `312`, or `100,000+` where not all were counted. */
const counted = ({ count, complete }: Matches) => `${formatCount(count)}${complete ? '' : '+'}`

interface ListHeadProps {
  matches: Matches | undefined
  selection: RowSelection
  paused: boolean
  changes: number
  onPause: (paused: boolean) => void
}

/** Above the list: how many match and whether it is live; or, once rows are chosen, what may be done to them. */
export function ListHead(props: ListHeadProps) {
  const { matches, selection } = props
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2 touch:min-h-11">
      {selection.keys.length > 0 ? <BulkBar selection={selection} matches={matches} /> : <Count matches={matches} />}
      <Live {...props} className={selection.keys.length > 0 ? 'max-sm:hidden' : ''} />
    </div>
  )
}

function Count({ matches }: { matches: Matches | undefined }) {
  const { any, clear } = useJobFilter()
  const one = matches?.count === 1
  const words = any ? (one ? 'matches' : 'match') : one ? 'job' : 'jobs'
  return (
    <div className="flex flex-wrap items-center gap-x-2">
      <p role="status" className="num text-muted">
        {matches ? (
          <>
            <strong className="font-semibold text-text">{counted(matches)}</strong> {words}
            {matches.complete ? null : <span className="max-sm:hidden">, counted among the newest 100,000</span>}
          </>
        ) : (
          'Counting…'
        )}
      </p>
      {any ? (
        <Button size="sm" variant="ghost" onClick={clear}>
          Clear filters
        </Button>
      ) : null}
    </div>
  )
}

function BulkBar({ selection, matches }: { selection: RowSelection; matches: Matches | undefined }) {
  const { any } = useJobFilter()
  const { show } = useUrlDialogOf()
  const [all, setAll] = useState(false)
  const more = any && matches && matches.count > selection.keys.length
  const whole = all && more
  return (
    <div role="region" aria-label="Selected jobs" className="flex min-w-0 flex-wrap items-center gap-2">
      <p role="status" className="num mr-1 font-medium">
        {whole
          ? `All ${counted(matches)} that match`
          : `${formatCount(selection.keys.length)} selected${selection.full ? ', the most at a time' : ''}`}
      </p>
      {ACTIONS.map(({ action, icon: Icon }) => (
        <Button key={action} size="sm" onClick={() => show(`bulk-${action}`, whole ? 'all' : 'selected')}>
          <Icon aria-hidden className="size-4" /> {BULK[action].verb}…
        </Button>
      ))}
      {more ? (
        <Button size="sm" variant="ghost" onClick={() => setAll(!all)}>
          {all
            ? `Only the ${formatCount(selection.keys.length)} selected`
            : `Select all ${counted(matches)} that match`}
        </Button>
      ) : null}
      <Button size="sm" variant="ghost" onClick={selection.clear}>
        <X aria-hidden className="size-4" /> Clear selection
      </Button>
    </div>
  )
}

function Live({
  paused,
  changes,
  onPause,
  className,
}: Pick<ListHeadProps, 'paused' | 'changes' | 'onPause'> & { className: string }) {
  const Icon = paused ? Play : Pause
  return (
    <div className={cn('ml-auto flex items-center gap-3', className)}>
      {paused ? (
        <p role="status" className="num text-warning">
          Paused{changes > 0 ? `, ${countOf(changes, 'change')} since` : ''}
        </p>
      ) : null}
      <Button size="sm" variant={paused ? 'primary' : 'secondary'} onClick={() => onPause(!paused)}>
        <Icon aria-hidden className="size-4" /> {paused ? 'Resume updates' : 'Pause updates'}
      </Button>
    </div>
  )
}
