import { useState } from 'react'
import { CopyText } from '@/components/copy-text'
import { Table, type Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Card, CardHeader } from '@/components/ui/card'
import { alike, lookOfCall } from '@/features/jobs/tries'
import type { JobCall } from '@/lib/api/types'
import { countOf, formatDuration } from '@/lib/numbers'
import type { Tone } from '@/lib/status'
import { formatDateTime, formatTime } from '@/lib/time'

/** The API gives at most so many. */
const MAX_CALLS = 500

const tone = (status: number): Tone =>
  status < 300 ? 'success' : status < 400 ? 'info' : status < 500 ? 'warning' : 'danger'

/** A call, or the newest of several that ended alike one after the other. */
interface Row extends JobCall {
  key: string
  runs: string
  more: { count: number; open: boolean; toggle: () => void } | null
}

function More({ row: { more, at } }: { row: Row }) {
  if (!more) return null
  return (
    <button
      type="button"
      aria-expanded={more.open}
      onClick={more.toggle}
      className="num w-fit rounded-sm font-sans text-[13px] text-accent hover:underline touch:min-h-11"
    >
      {countOf(more.count, 'time')}, last {formatTime(at)}
    </button>
  )
}

const COLUMNS: Column<Row>[] = [
  {
    id: 'at',
    head: 'Time',
    from: 'sm',
    cell: (c) => (
      <time dateTime={c.at} title={formatDateTime(c.at)} className="num font-mono text-xs whitespace-nowrap text-muted">
        {formatTime(c.at)}
      </time>
    ),
  },
  { id: 'attempt', head: 'Run', align: 'right', from: 'md', cell: (c) => c.runs },
  {
    id: 'call',
    head: 'Call',
    className: 'max-w-52 lg:max-w-80',
    cell: (c) => (
      <span className="grid gap-0.5 font-mono text-xs">
        <span className="break-all">
          <span className="font-semibold">{c.method}</span> {c.path}
        </span>
        {c.more ? <More row={c} /> : null}
        <span className="text-muted sm:hidden">{formatDuration(c.duration_ms / 1000)}</span>
        {c.error ? <span className="break-words text-danger">{c.error}</span> : null}
      </span>
    ),
  },
  {
    id: 'status',
    head: 'Status',
    cell: (c) =>
      c.status == null ? (
        <Badge tone="danger">no answer</Badge>
      ) : (
        <Badge tone={tone(c.status)} className="num">
          {c.status}
        </Badge>
      ),
  },
  {
    id: 'request',
    head: 'Request ID',
    from: 'md',
    className: 'max-w-44',
    cell: (c) =>
      c.request_id ? (
        <CopyText text={c.request_id} what="request ID" className="text-xs" />
      ) : (
        <span className="text-muted">—</span>
      ),
  },
  {
    id: 'duration',
    head: 'Duration',
    align: 'right',
    from: 'sm',
    className: 'whitespace-nowrap',
    cell: (c) => formatDuration(c.duration_ms / 1000),
  },
]

function rowsOf(calls: JobCall[], open: number[], toggle: (group: number) => void): Row[] {
  return alike(calls, lookOfCall).flatMap((group, g): Row[] => {
    const [first, last] = [group[0], group.at(-1)]
    if (!first || !last) return []
    const single = (call: JobCall, i: number): Row => ({
      ...call,
      key: `${g}-${i}`,
      runs: String(call.attempt),
      more: null,
    })
    if (group.length === 1) return [single(last, 0)]
    const runs = first.attempt === last.attempt ? String(last.attempt) : `${first.attempt}–${last.attempt}`
    const more = { count: group.length, open: open.includes(g), toggle: () => toggle(g) }
    return [{ ...last, key: String(g), runs, more }, ...(open.includes(g) ? group.slice(0, -1).map(single) : [])]
  })
}

/** The requests that were sent to the cloud for this job, without its secrets. */
export function JobCalls({ calls }: { calls: JobCall[] }) {
  const [open, setOpen] = useState<number[]>([])
  const toggle = (group: number) =>
    setOpen((old) => (old.includes(group) ? old.filter((g) => g !== group) : [...old, group]))
  return (
    <Card aria-labelledby="calls">
      <CardHeader
        id="calls"
        title="Provider calls"
        detail={
          calls.length > 0
            ? `${countOf(calls.length, 'call')}, oldest first${calls.length >= MAX_CALLS ? '; the rest is not stored' : ''}`
            : undefined
        }
      />
      {calls.length === 0 ? (
        <p className="px-4 py-4 text-muted sm:px-5">This job has made no calls to a cloud.</p>
      ) : (
        <Table
          label="Provider calls"
          columns={COLUMNS}
          rows={rowsOf(calls, open, toggle)}
          rowKey={(r) => r.key}
          density="dense"
        />
      )}
    </Card>
  )
}
