import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { Table, type Column } from '@/components/table'
import { TimeChart } from '@/components/time-chart'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { revenueQuery } from '@/features/revenue/api/queries'
import type { Revenue, RevenueMonth, RevenueRow, RevenueSums } from '@/lib/api/types'
import { formatMoney, fromMicro, isPositive, toMicro } from '@/lib/money'
import { useUrl } from '@/lib/use-url'

const BY = { cloud: 'Cloud', plan: 'Plan', org: 'Customer' } as const
type By = keyof typeof BY
const isBy = (word: string | null): word is By => word !== null && word in BY
const MONTHS = ['3', '6', '12', '24', '36']

/** Revenue, cost and margin of each month, and of each cloud, plan or customer. */
export function Earned() {
  const { get, set } = useUrl()
  const by = ((word) => (isBy(word) ? word : 'cloud'))(get('by'))
  const months = MONTHS.includes(get('months')) ? Number(get('months')) : 12
  // One row chosen: its months alone.
  const of = get('of')
  const query = useQuery(revenueQuery({ months, by, ...(of ? { [by]: of } : {}) }))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <div className="flex flex-wrap gap-3">
        <div className="w-44">
          <Select aria-label="Grouped by" value={by} onChange={(e) => set({ by: e.target.value, of: null })}>
            {Object.entries(BY).map(([word, label]) => (
              <option key={word} value={word}>
                By {label.toLowerCase()}
              </option>
            ))}
          </Select>
        </div>
        <div className="w-44">
          <Select aria-label="Months" value={String(months)} onChange={(e) => set({ months: e.target.value })}>
            {MONTHS.map((n) => (
              <option key={n} value={n}>
                Last {n} months
              </option>
            ))}
          </Select>
        </div>
        {of ? (
          <Button onClick={() => set({ of: null })}>
            <X aria-hidden className="size-4" /> Show all
          </Button>
        ) : null}
      </div>
      <QueryPanel query={query} loading={<Skeleton className="h-96 rounded-lg" />}>
        {(revenue) => <Sums revenue={revenue} by={by} months={months} onChoose={(id) => set({ of: id })} />}
      </QueryPanel>
    </div>
  )
}

interface SumsProps {
  revenue: Revenue
  by: By
  months: number
  onChoose: (id: string) => void
}

function Sums({ revenue, by, months, onChoose }: SumsProps) {
  const { total } = revenue
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat label="Revenue" value={<Money value={total.revenue} />} detail="hours that were charged" />
        <Stat label="Cost" value={<Money value={total.cost} />} detail="by the providers’ price lists" />
        <Stat label="Margin" value={<Margin sums={total} />} detail={percent(total)} />
        <Stat label="Hours" value={total.hours.toLocaleString('en')} detail="of servers" />
      </div>
      {isPositive(total.unknown) ? (
        <Alert tone="info" title="Not every cost is known">
          <Money value={total.unknown} /> of the revenue has no price of a provider, and is counted as margin.
        </Alert>
      ) : null}
      <Card aria-labelledby="by-month" className="overflow-hidden">
        <CardHeader id="by-month" title="By month" detail="An hour belongs to the month (UTC) in which it began." />
        <CardBody>
          <Chart months={revenue.months} span={`last ${months} months`} />
        </CardBody>
        <Table label="By month" columns={MONTH_COLUMNS} rows={revenue.months.toReversed()} rowKey={(m) => m.month} />
      </Card>
      <Card aria-labelledby="by-row" className="overflow-hidden">
        <CardHeader id="by-row" title={`By ${BY[by].toLowerCase()}`} detail="The most revenue first." />
        {revenue.rows.length === 0 ? (
          <p className="px-5 py-8 text-center text-muted">Nothing was charged in these months.</p>
        ) : (
          <Table label={BY[by]} columns={rowColumns(by, onChoose)} rows={revenue.rows} rowKey={(r) => r.id} />
        )}
      </Card>
    </>
  )
}

function Margin({ sums }: { sums: RevenueSums }) {
  return <Money value={sums.margin} className={sums.margin.amount.startsWith('-') ? 'text-danger' : ''} />
}

const percent = (sums: RevenueSums) => (sums.margin_bp == null ? null : `${(sums.margin_bp / 100).toFixed(1)} %`)

function figures<T>(of: (row: T) => RevenueSums): Column<T>[] {
  return [
    { id: 'revenue', head: 'Revenue', align: 'right', cell: (row) => <Money value={of(row).revenue} /> },
    { id: 'cost', head: 'Cost', align: 'right', from: 'sm', cell: (row) => <Money value={of(row).cost} /> },
    { id: 'margin', head: 'Margin', align: 'right', cell: (row) => <Margin sums={of(row)} /> },
    { id: 'share', head: 'Of revenue', align: 'right', from: 'md', cell: (row) => percent(of(row)) ?? '—' },
    { id: 'hours', head: 'Hours', align: 'right', from: 'lg', cell: (row) => of(row).hours.toLocaleString('en') },
  ]
}

const MONTH_COLUMNS: Column<RevenueMonth>[] = [
  { id: 'month', head: 'Month', cell: (m) => <span className="num">{m.month.slice(0, 7)}</span> },
  ...figures((m: RevenueMonth) => m.sums),
]

const rowColumns = (by: By, onChoose: (id: string) => void): Column<RevenueRow>[] => [
  {
    id: 'name',
    head: BY[by],
    className: 'max-w-64',
    cell: (r) => (
      <button
        type="button"
        className="text-left wrap-anywhere hover:text-accent hover:underline"
        onClick={() => onChoose(r.id)}
      >
        {r.name}
      </button>
    ),
  },
  ...figures((r: RevenueRow) => r.sums),
]

/** A point of the chart; what is read of it is written out again. */
const point = (amount: string) => Number(toMicro(amount)) / 1e6

function Chart({ months, span }: { months: RevenueMonth[]; span: string }) {
  const times = useMemo(() => months.map((m) => Date.parse(m.month) / 1000), [months])
  const series = useMemo(
    () => [
      {
        id: 'revenue',
        label: 'Revenue',
        color: 'chart-1',
        values: months.map((m) => point(m.sums.revenue.amount)),
        filled: true,
      },
      { id: 'cost', label: 'Cost', color: 'chart-2', values: months.map((m) => point(m.sums.cost.amount)) },
    ],
    [months],
  )
  const currency = months[0]?.sums.revenue.currency ?? 'USD'
  const format = (value: number) => formatMoney({ amount: fromMicro(BigInt(Math.round(value * 1e6))), currency })
  return <TimeChart label="Revenue and cost" times={times} series={series} format={format} span={span} />
}
