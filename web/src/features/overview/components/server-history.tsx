import { useQuery } from '@tanstack/react-query'
import { QueryPanel } from '@/components/query-panel'
import { Segmented } from '@/components/segmented'
import { TimeChart } from '@/components/time-chart'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { serverHistoryQuery } from '@/features/overview/api/queries'
import type { OverviewWindow } from '@/lib/api/types'
import { formatCount } from '@/lib/numbers'
import { useUrl } from '@/lib/use-url'

const WINDOWS: { value: OverviewWindow; label: string; span: string }[] = [
  { value: '7d', label: '7 d', span: '7 days, by the hour' },
  { value: '30d', label: '30 d', span: '30 days, by the day' },
]

/** How many servers there were. */
export function ServerHistory() {
  const { get, set } = useUrl()
  const chosen = WINDOWS.find((w) => w.value === get('history')) ?? WINDOWS[0]
  const window = chosen?.value ?? '7d'
  const query = useQuery(serverHistoryQuery(window))
  return (
    <Card aria-labelledby="history">
      <CardHeader
        id="history"
        title="Servers over time"
        action={
          <Segmented
            label="Time"
            value={window}
            options={WINDOWS}
            onChange={(value) => set({ history: value === '7d' ? null : value })}
          />
        }
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-52 w-full" />}>
          {({ items }) =>
            items.every((point) => point.count === 0) ? (
              <p className="py-8 text-center text-muted">There were no servers in this time.</p>
            ) : (
              <TimeChart
                label="Servers"
                span={chosen?.span ?? ''}
                times={items.map((point) => Math.floor(Date.parse(point.at) / 1000))}
                format={(n) => formatCount(Math.round(n))}
                series={[
                  {
                    id: 'servers',
                    label: 'Servers',
                    color: 'chart-1',
                    filled: true,
                    values: items.map((point) => point.count),
                    overall: `${formatCount(items.at(-1)?.count ?? 0)} now`,
                  },
                ]}
              />
            )
          }
        </QueryPanel>
      </CardBody>
    </Card>
  )
}
