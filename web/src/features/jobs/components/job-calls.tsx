import { CopyText } from '@/components/copy-text'
import { Table, type Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Card, CardHeader } from '@/components/ui/card'
import type { JobCall } from '@/lib/api/types'
import { countOf, formatDuration } from '@/lib/numbers'
import type { Tone } from '@/lib/status'
import { formatDateTime, formatTime } from '@/lib/time'

/** The API gives at most so many. */
const MAX_CALLS = 500

const tone = (status: number): Tone =>
  status < 300 ? 'success' : status < 400 ? 'info' : status < 500 ? 'warning' : 'danger'

const COLUMNS: Column<JobCall>[] = [
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
  { id: 'attempt', head: 'Run', align: 'right', from: 'md', cell: (c) => c.attempt },
  {
    id: 'call',
    head: 'Call',
    className: 'max-w-52 lg:max-w-80',
    cell: (c) => (
      <span className="grid gap-0.5 font-mono text-xs">
        <span className="break-all">
          <span className="font-semibold">{c.method}</span> {c.path}
        </span>
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

/** The requests that were sent to the cloud for this job, without its secrets. */
export function JobCalls({ calls }: { calls: JobCall[] }) {
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
        <Table label="Provider calls" columns={COLUMNS} rows={calls} rowKey={(_, i) => String(i)} density="dense" />
      )}
    </Card>
  )
}
