import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useMemo } from 'react'
import { Meter } from '@/components/meter'
import { QueryPanel } from '@/components/query-panel'
import { Segmented } from '@/components/segmented'
import { Table, type Column } from '@/components/table'
import { TimeChart, type TimeSeries } from '@/components/time-chart'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { UrlTabs } from '@/components/ui/tabs'
import { statisticsQuery } from '@/features/jobs/api/queries'
import { RANGES, useJobFilter, type ListFilter } from '@/features/jobs/filter'
import type { Figures, Statistics } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatCount, formatDuration, formatRate, formatShare, formatShortCount } from '@/lib/numbers'
import { jobKind } from '@/lib/status'
import { formatSpan } from '@/lib/time'
import { useUrl } from '@/lib/use-url'
import { useUi } from '@/stores/ui'

/** A kind or cloud that fails more often than this stands out. */
const MANY_FAIL = 0.05

const HOUR = { value: '1h' as const, label: '1 h' }

/** The chips' own filters leave the charts as they are, as they do the chips. */
function withoutState(filter: ListFilter): ListFilter {
  const rest = { ...filter }
  delete rest.state
  delete rest.attention
  return rest
}

/** How fast, how long and how well, over the time that the page is filtered by. */
export function StatisticsPanel() {
  const { get, set } = useUrl()
  const { statisticsOpen: open, setStatisticsOpen } = useUi()
  const { range, ...filter } = withoutState(useJobFilter().filter)
  const window = RANGES.find((r) => r.value === (range ?? get('window'))) ?? HOUR
  const query = useQuery({ ...statisticsQuery(window.value, filter), enabled: open })
  const between = Boolean(filter.since)
  const statistics = { query, span: between ? 'chosen time' : `last ${window.label}` }
  return (
    <Card aria-labelledby="statistics" className={cn(open && 'lg:col-span-2')}>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-2 py-2">
        <h2 id="statistics">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setStatisticsOpen(!open)}
            className="flex min-h-8 items-center gap-1.5 rounded-md px-2 text-sm font-semibold hover:bg-surface-2 touch:min-h-11"
          >
            <ChevronRight
              aria-hidden
              className={cn('size-4 text-muted transition-transform duration-150', open && 'rotate-90')}
            />
            Statistics
          </button>
        </h2>
        {open ? <Headline {...statistics} /> : null}
        {open && !range && !between ? (
          <Segmented
            label="Time span"
            value={window.value}
            options={RANGES}
            onChange={(w) => set({ window: w === '1h' ? null : w })}
          />
        ) : null}
      </header>
      {open ? <StatisticsBody {...statistics} /> : null}
    </Card>
  )
}

interface StatisticsProps {
  query: UseQueryResult<Statistics>
  span: string
}

function StatisticsBody({ query, span }: StatisticsProps) {
  return (
    <div className="px-4 pb-4">
      <QueryPanel query={query} loading={<Skeleton className="h-68 w-full rounded-md" />}>
        {(s) => (
          <div className={cn('grid grid-cols-[minmax(0,1fr)] gap-2', query.isPlaceholderData && 'opacity-60')}>
            {s.of_jobs ? (
              <p className="text-[13px] text-muted">
                With these filters, each of the newest 100,000 jobs counts once, when it ended.
              </p>
            ) : null}
            <UrlTabs
              label="Statistics"
              param="statistics"
              tabs={[
                { id: 'time', label: 'Over time', content: <Charts statistics={s} span={span} /> },
                { id: 'kind', label: 'By kind', content: <ByKind rows={s.by_kind} /> },
                { id: 'cloud', label: 'By cloud', content: <ByCloud rows={s.by_cloud} /> },
              ]}
            />
          </div>
        )}
      </QueryPanel>
    </div>
  )
}

function Headline({ query, span }: StatisticsProps) {
  const total = query.data?.total
  if (!total) return null
  return (
    <p className="num order-last w-full px-2 text-[13px] text-muted sm:order-none sm:mr-auto sm:w-auto sm:px-0">
      {span.replace(/^./, (c) => c.toUpperCase())}:{' '}
      <strong className="font-semibold text-text">{formatCount(total.done + total.failed)}</strong> ended,{' '}
      {formatRate(total.per_s)} ·{' '}
      <strong className={cn('font-semibold text-text', total.failure_rate > MANY_FAIL && 'text-danger')}>
        {formatShare(total.failure_rate)}
      </strong>{' '}
      failed
    </p>
  )
}

type Percentiles = 'wait' | 'run'
const SHARES = [
  { share: 'p50', color: 'chart-2' },
  { share: 'p95', color: 'chart-4' },
  { share: 'p99', color: 'chart-6' },
] as const

function percentiles(of: Percentiles, { series, total }: Statistics): TimeSeries[] {
  return SHARES.map(({ share, color }) => {
    const field = `${of}_${share}_s` as const
    const overall = total[field]
    return {
      id: share,
      label: share,
      color,
      values: series.map((b) => b[field] ?? null),
      overall: overall == null ? '—' : formatDuration(overall),
    }
  })
}

const throughput = ({ series, total }: Statistics): TimeSeries[] =>
  (
    [
      ['done', 'Done', 'chart-5'],
      ['failed', 'Failed', 'chart-6'],
      ['retried', 'Retried', 'chart-4'],
    ] as const
  ).map(([id, label, color]) => ({
    id,
    label,
    color,
    values: series.map((b) => b[id]),
    overall: formatCount(total[id]),
    filled: id === 'done',
  }))

function Charts({ statistics, span }: { statistics: Statistics; span: string }) {
  const charts = useMemo(
    () => ({
      times: statistics.series.map((b) => Date.parse(b.at) / 1000),
      throughput: throughput(statistics),
      wait: percentiles('wait', statistics),
      run: percentiles('run', statistics),
    }),
    [statistics],
  )
  if (charts.times.length === 0) return <p className="py-8 text-center text-muted">No jobs ended in this period.</p>
  const { times } = charts
  return (
    <div className="grid gap-x-6 gap-y-5 lg:grid-cols-3">
      <TimeChart
        label={`Jobs per ${formatSpan(statistics.bucket_s).replace(/^1 /, '')}`}
        times={times}
        series={charts.throughput}
        format={formatShortCount}
        span={span}
      />
      <TimeChart label="Queued before start" times={times} series={charts.wait} format={formatDuration} span={span} />
      <TimeChart label="Run time" times={times} series={charts.run} format={formatDuration} span={span} />
    </div>
  )
}

const seconds = (value: number | null | undefined) =>
  value == null ? <span className="text-muted">—</span> : formatDuration(value)

function figures<T extends Figures>(): Column<T>[] {
  return [
    { id: 'done', head: 'Done', align: 'right', cell: (r) => formatCount(r.done) },
    { id: 'failed', head: 'Failed', align: 'right', from: 'sm', cell: (r) => formatCount(r.failed) },
    { id: 'retried', head: 'Retried', align: 'right', from: 'md', cell: (r) => formatCount(r.retried) },
    {
      id: 'rate',
      head: 'Failure rate',
      className: 'w-48',
      cell: (r) => (
        <span className="flex items-center gap-3">
          <span
            className={cn('num shrink-0 text-right sm:w-14', r.failure_rate > MANY_FAIL && 'font-medium text-danger')}
          >
            {formatShare(r.failure_rate)}
          </span>
          <Meter
            share={r.failure_rate}
            tone={r.failure_rate > MANY_FAIL ? 'danger' : 'neutral'}
            className="flex-1 max-sm:hidden"
          />
        </span>
      ),
    },
    { id: 'wait', head: 'Queued p95', align: 'right', from: 'lg', cell: (r) => seconds(r.wait_p95_s) },
    { id: 'p50', head: 'Run p50', align: 'right', from: 'xl', cell: (r) => seconds(r.run_p50_s) },
    { id: 'p95', head: 'Run p95', align: 'right', from: 'lg', cell: (r) => seconds(r.run_p95_s) },
    { id: 'p99', head: 'Run p99', align: 'right', from: 'xl', cell: (r) => seconds(r.run_p99_s) },
  ]
}

function Only({ name, label, onClick }: { name: string; label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Only ${label} ${name}`}
      title={name}
      onClick={onClick}
      className="min-h-6 max-w-full truncate rounded-sm text-left font-medium hover:text-accent hover:underline"
    >
      {name}
    </button>
  )
}

const Nothing = () => <p className="py-8 text-center text-muted">No jobs ended in this period.</p>

function ByKind({ rows }: { rows: Statistics['by_kind'] }) {
  const { set } = useJobFilter()
  if (rows.length === 0) return <Nothing />
  const columns: Column<Statistics['by_kind'][number]>[] = [
    {
      id: 'kind',
      head: 'Kind',
      className: 'max-w-40',
      cell: (r) => <Only name={jobKind(r.kind)} label="kind" onClick={() => set({ kind: r.kind })} />,
    },
    ...figures<Statistics['by_kind'][number]>(),
  ]
  return (
    <Table
      label="By kind"
      columns={columns}
      rows={rows}
      rowKey={(r) => r.kind}
      density="dense"
      className="rounded-md border"
    />
  )
}

function ByCloud({ rows }: { rows: Statistics['by_cloud'] }) {
  const { set } = useJobFilter()
  if (rows.length === 0) return <Nothing />
  const columns: Column<Statistics['by_cloud'][number]>[] = [
    {
      id: 'cloud',
      head: 'Cloud',
      className: 'max-w-40',
      cell: (r) => <Only name={r.cloud.name} label="cloud" onClick={() => set({ cloud: r.cloud.id })} />,
    },
    ...figures<Statistics['by_cloud'][number]>(),
  ]
  return (
    <Table
      label="By cloud"
      columns={columns}
      rows={rows}
      rowKey={(r) => r.cloud.id}
      density="dense"
      className="rounded-md border"
    />
  )
}
