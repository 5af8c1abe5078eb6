import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { TimePlotProps, TimeSeries } from '@/components/time-chart'
import { lone, roundUp } from '@/lib/series'
import { formatAxisTime, formatMoment } from '@/lib/time'

/** uPlot's canvas takes no CSS variables: they are read when it is created, and again when the theme changes. */
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const LABEL_WIDTH_PX = 68
const LABEL_GAP_PX = 15
const FONT = '11px "Inter Variable", sans-serif'
const SYNC = 'time-chart'

/** The drawn part of a chart: lines, their names at their ends, and a crosshair for pointer and arrow keys. */
export function TimePlot({ label, times, series, format, height, onMoment }: TimePlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const [index, setIndex] = useState<number | null>(null)
  const [ends, setEnds] = useState<End[]>([])
  const theme = useThemeCount()
  const latest = useRef({ times, series, format, onMoment })
  useEffect(() => {
    latest.current = { times, series, format, onMoment }
  })
  // Redrawn when the lines themselves change; new figures are given to the existing chart.
  const shape = series.map((s) => [s.id, s.label, s.color, s.filled].join()).join(';')

  useEffect(() => {
    const element = host.current
    if (!element) return
    const now = latest.current
    const chart = new uPlot(
      optionsOf({
        width: element.clientWidth,
        height,
        series: now.series,
        format: (v) => latest.current.format(v),
        onCursor: (i) => {
          setIndex(i)
          latest.current.onMoment(i)
        },
        onDraw: (u) => setEnds(endsOf(u, latest.current.series)),
      }),
      dataOf(now.times, now.series),
      element,
    )
    plot.current = chart
    const resize = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== chart.width) chart.setSize({ width, height })
    })
    resize.observe(element)
    return () => {
      resize.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [shape, height, theme])

  useEffect(() => plot.current?.setData(dataOf(times, series)), [times, series])

  const move = (to: number | null) => {
    const chart = plot.current
    if (!chart) return
    const at = to === null ? undefined : times[Math.min(times.length - 1, Math.max(0, to))]
    chart.setCursor(at === undefined ? { left: -10, top: -10 } : { left: chart.valToPos(at, 'x'), top: 8 })
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const here = index ?? times.length - 1
    const to = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      PageUp: here - 10,
      PageDown: here + 10,
      Home: 0,
      End: times.length - 1,
    }[e.key]
    if (to === undefined && e.key !== 'Escape') return
    e.preventDefault()
    move(to ?? null)
  }
  const at = index ?? times.length - 1
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${label}, moment`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={at}
      aria-valuetext={wordsAt(at, times, series, format)}
      onKeyDown={onKeyDown}
      onFocus={(e) => {
        if (e.currentTarget.matches(':focus-visible')) move(times.length - 1)
      }}
      onBlur={() => move(null)}
      className="relative rounded-sm"
      style={{ height }}
    >
      <div ref={host} aria-hidden className="absolute inset-0" />
      {ends.map((end) => (
        <span
          key={end.id}
          aria-hidden
          className="pointer-events-none absolute right-0 flex -translate-y-1/2 items-center gap-1 text-[11px] leading-none text-muted"
          style={{ top: end.top, width: LABEL_WIDTH_PX - 6 }}
        >
          <span className="tone h-0.5 w-2 shrink-0 rounded-full" style={{ background: `var(--${end.color})` }} />
          <span className="truncate" title={end.label}>
            {end.label}
          </span>
        </span>
      ))}
    </div>
  )
}

function wordsAt(at: number, times: number[], series: TimeSeries[], format: (v: number) => string): string {
  const t = times[at]
  if (t === undefined) return 'No figures'
  return [
    formatMoment(t),
    ...series.map((s) => `${s.label} ${s.values[at] == null ? 'none' : format(s.values[at])}`),
  ].join(', ')
}

const dataOf = (times: number[], series: TimeSeries[]) => [times, ...series.map((s) => s.values)] as uPlot.AlignedData

interface PlotRequest {
  width: number
  height: number
  series: TimeSeries[]
  format: (v: number) => string
  onCursor: (index: number | null) => void
  onDraw: (u: uPlot) => void
}

function optionsOf({ width, height, series, format, onCursor, onDraw }: PlotRequest): uPlot.Options {
  const axis = { stroke: token('muted'), font: FONT, ticks: { show: false } }
  return {
    width,
    height,
    padding: [10, LABEL_WIDTH_PX, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7, width: 2 },
      sync: { key: SYNC, setSeries: false },
    },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, roundUp(max)] } },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 6,
        space: 64,
        grid: { show: false },
        values: (u, splits) => splits.map((s) => formatAxisTime(s, (u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0))),
      },
      {
        ...axis,
        size: 56,
        gap: 6,
        space: 36,
        grid: { stroke: token('border'), width: 1 },
        values: (_, splits) => splits.map((v) => format(v).replace(/\.0+(?= |$)/, '')),
      },
    ],
    series: [
      {},
      ...series.map((s) => ({
        label: s.label,
        stroke: token(s.color),
        width: 1.5,
        points: { show: true, size: 4, fill: token(s.color), filter: (u: uPlot, i: number) => lone(u.data[i] ?? []) },
        spanGaps: false,
        ...(s.filled ? { fill: `color-mix(in oklch, ${token(s.color)} 12%, transparent)` } : {}),
      })),
    ],
    hooks: {
      setCursor: [(u) => onCursor((u.cursor.left ?? -1) < 0 ? null : (u.cursor.idx ?? null))],
      draw: [onDraw],
    },
  }
}

interface End {
  id: string
  label: string
  color: string
  top: number
}

/** Where each line's name is placed: at its last figure, moved apart where two would overlap. */
function endsOf(u: uPlot, series: TimeSeries[]): End[] {
  const offset = u.bbox.top / devicePixelRatio
  const bottom = offset + u.bbox.height / devicePixelRatio
  const ends = series
    .flatMap((s) => {
      const last = s.values.findLast((v) => v != null)
      return last == null ? [] : [{ id: s.id, label: s.label, color: s.color, top: offset + u.valToPos(last, 'y') }]
    })
    .sort((a, b) => a.top - b.top)
  let floor = bottom + LABEL_GAP_PX / 2
  for (const end of [...ends].reverse()) {
    end.top = Math.min(end.top, floor - LABEL_GAP_PX / 2)
    floor = end.top - LABEL_GAP_PX / 2
  }
  return ends
}

/** Counts changes of theme and hue. */
function useThemeCount(): number {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const observer = new MutationObserver(() => setCount((n) => n + 1))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] })
    return () => observer.disconnect()
  }, [])
  return count
}
