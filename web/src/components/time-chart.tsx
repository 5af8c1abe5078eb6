import { ChartLine, Table2 } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { Table, type Column } from '@/components/table'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { holes, withHoles } from '@/lib/series'
import { formatMoment } from '@/lib/time'

export interface TimeSeries {
  id: string
  label: string
  /** Name of the colour's token, such as `chart-1`. */
  color: string
  values: (number | null)[]
  filled?: boolean
  /** Of the whole window: shown while no moment is chosen. */
  overall?: string
}

export interface TimePlotProps {
  label: string
  /** Moments in seconds since 1970. */
  times: number[]
  series: TimeSeries[]
  /** A figure in words, for axis, crosshair and table. */
  format: (value: number) => string
  height: number
  /** The moment under the crosshair, by index. */
  onMoment: (index: number | null) => void
}

interface TimeChartProps extends Omit<TimePlotProps, 'height' | 'onMoment'> {
  /** What the figures without a crosshair stand for: "24 h". */
  span: string
}

const HEIGHT_PX = 156
// The library comes with the first chart, not with the page.
const TimePlot = lazy(() => import('@/components/time-plot').then((m) => ({ default: m.TimePlot })))

/** Lines over time with exact figures under the crosshair, and the same as a table. */
export function TimeChart({ label, format, span, times: moments, series: lines }: TimeChartProps) {
  const { times, series } = useMemo(() => gapped(moments, lines), [moments, lines])
  const [index, setIndex] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const at = index === null ? undefined : times[index]
  const Icon = asTable ? ChartLine : Table2
  return (
    <figure className="min-w-0" aria-label={label}>
      <figcaption className="flex items-center justify-between gap-2">
        <span className="min-w-0 text-[13px] font-medium wrap-anywhere">{label}</span>
        <span className="flex shrink-0 items-center gap-1">
          <span className="num text-xs text-muted">{at === undefined ? span : formatMoment(at)}</span>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={asTable ? `${label} as a chart` : `${label} as a table`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon aria-hidden className="size-4 text-muted" />
          </Button>
        </span>
      </figcaption>
      <dl className="mb-1 flex flex-wrap gap-x-4 gap-y-0.5">
        {series.map((s) => (
          <div key={s.id} className="flex min-w-0 items-baseline gap-1.5 text-[13px]">
            <dt className="min-w-0 wrap-anywhere text-muted">
              <span
                aria-hidden
                className="tone mr-1.5 inline-block h-0.5 w-2.5 rounded-full align-middle"
                style={{ background: `var(--${s.color})` }}
              />
              {s.label}
            </dt>
            <dd className="num font-medium">{shown(s, at === undefined ? null : index, format)}</dd>
          </div>
        ))}
      </dl>
      {asTable ? (
        <ChartTable {...{ label, times, series, format }} />
      ) : (
        <Suspense fallback={<Skeleton className="w-full rounded-md" style={{ height: HEIGHT_PX }} />}>
          <TimePlot {...{ label, times, series, format }} height={HEIGHT_PX} onMoment={setIndex} />
        </Suspense>
      )}
    </figure>
  )
}

/** No line crosses moments that are missing: there they have no figures, in the table too. */
function gapped(times: number[], series: TimeSeries[]): Pick<TimePlotProps, 'times' | 'series'> {
  const places = holes(times)
  if (places.length === 0) return { times, series }
  return {
    times: withHoles(times, places, (i) => places[i]?.at ?? 0),
    series: series.map((s) => ({ ...s, values: withHoles(s.values, places, () => null) })),
  }
}

function shown(s: TimeSeries, index: number | null, format: (v: number) => string): ReactNode {
  if (index === null) return s.overall ?? '—'
  const value = s.values[index]
  return value == null ? '—' : format(value)
}

function ChartTable({ label, times, series, format }: Pick<TimeChartProps, 'label' | 'times' | 'series' | 'format'>) {
  const columns: Column<number>[] = [
    {
      id: 'at',
      head: 'Time',
      cell: (i) => <span className="num whitespace-nowrap">{formatMoment(times[i] ?? 0)}</span>,
    },
    ...series.map((s): Column<number> => ({
      id: s.id,
      head: s.label,
      align: 'right',
      cell: (i) => shown(s, i, format),
    })),
  ]
  return (
    // Newest first.
    <div
      role="region"
      aria-label={`${label}, figures`}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable block has to be reachable by keyboard
      tabIndex={0}
      className="overflow-auto rounded-md border"
      style={{ height: HEIGHT_PX }}
    >
      <Table
        label={label}
        columns={columns}
        rows={times.map((_, i) => i).reverse()}
        rowKey={String}
        density="dense"
        className="overflow-visible"
      />
    </div>
  )
}
