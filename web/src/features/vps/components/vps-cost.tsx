import { useQuery } from '@tanstack/react-query'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Table, type Column } from '@/components/table'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { vpsQuoteQuery } from '@/features/vps/api/queries'
import type { Vps, VpsQuote } from '@/lib/api/types'
import { secondsOf } from '@/lib/charged-by'
import { formatHours, formatMonth, formatSpan, formatWhen, secondsBetween } from '@/lib/time'
import { useNow } from '@/lib/use-now'
import { useOrg } from '@/lib/use-org'

/** What a server costs: this month, by hour and month, when it is charged next, and what its months have cost. */
export function VpsCost({ vps }: { vps: Vps }) {
  const quote = useQuery(vpsQuoteQuery(useOrg().id, vps.id))
  const seconds = secondsOf(vps.price)
  return (
    <Card aria-labelledby="cost">
      <CardHeader title="Cost" id="cost" />
      <CardBody className="grid gap-4">
        <div>
          <p className="text-[13px] text-muted">So far this month</p>
          <p className="text-2xl font-semibold tracking-tight">
            <Money value={vps.spent_this_month} />
          </p>
        </div>
        <QueryPanel query={quote} loading={<Skeleton className="h-28 w-full" />}>
          {(q) => (
            <Facts
              items={[
                ['Per hour', <Money key="h" value={q.hourly} digits="rate" />],
                ['Per month', <Money key="m" value={q.monthly} />],
                ...(seconds ? ([['Charged', seconds]] satisfies [string, string][]) : []),
                ['Next charge', <NextCharge key="n" next={q.next_charge} />],
                ['In total', <Money key="t" value={q.spent_total} />],
              ]}
            />
          )}
        </QueryPanel>
      </CardBody>
      {quote.data && quote.data.months.length > 0 ? <Months months={quote.data.months} /> : null}
    </Card>
  )
}

function NextCharge({ next }: { next: VpsQuote['next_charge'] }) {
  const now = useNow(next != null)
  if (!next) return <span className="text-muted">None</span>
  const left = secondsBetween(new Date(now).toISOString(), next.at)
  return (
    <span>
      <Money value={next.amount} digits="rate" />
      <span className="num block text-[13px] text-muted">
        {left > 0 ? `at ${formatWhen(next.at, now)}, in ${formatSpan(Math.max(60, left))}` : 'now'}
      </span>
    </span>
  )
}

type Month = VpsQuote['months'][number]

const COLUMNS: Column<Month>[] = [
  { id: 'month', head: 'Month', cell: (m) => formatMonth(m.month) },
  { id: 'hours', head: 'Hours', align: 'right', cell: (m) => formatHours(m.hours, m.seconds) },
  { id: 'amount', head: 'Cost', align: 'right', cell: (m) => <Money value={m.amount} /> },
]

function Months({ months }: { months: Month[] }) {
  return (
    <Table
      label="Cost by month"
      columns={COLUMNS}
      rows={months}
      rowKey={(m) => m.month}
      density="dense"
      className="max-h-72 overflow-y-auto border-t"
    />
  )
}
