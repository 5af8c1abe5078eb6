import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Table, type Column } from '@/components/table'
import { Card, CardHeader } from '@/components/ui/card'
import type { Wallet } from '@/lib/api/types'
import { percentOf } from '@/lib/money'

type Row = Wallet['by_vps'][number]

const columnsOf = (total: Wallet['hourly_rate']): Column<Row>[] => [
  {
    id: 'vps',
    head: 'Server',
    className: 'max-w-32 sm:max-w-48',
    cell: (s) => (
      <OrgLink
        to={`/servers/${s.vps_id}`}
        title={s.label}
        className="block truncate leading-6 font-medium hover:text-accent hover:underline"
      >
        {s.label}
      </OrgLink>
    ),
  },
  {
    id: 'share',
    head: 'Share of the running cost',
    from: 'md',
    className: 'w-2/5',
    // The figures beside it say the same.
    cell: (s) => (
      <div aria-hidden className="h-2 rounded-full bg-surface-3">
        <div className="h-full rounded-full bg-chart-1" style={{ width: `${percentOf(s.hourly, total)}%` }} />
      </div>
    ),
  },
  { id: 'hour', head: 'Per hour', align: 'right', cell: (s) => <Money value={s.hourly} digits="rate" /> },
  { id: 'month', head: 'This month', align: 'right', cell: (s) => <Money value={s.spent_this_month} /> },
]

/** Which servers the money goes to: bars, and the exact figures beside them. */
export function CostByVps({ wallet }: { wallet: Wallet }) {
  if (wallet.by_vps.length === 0) return null
  return (
    <Card aria-labelledby="cost-by-vps">
      <CardHeader id="cost-by-vps" title="Cost by server" />
      <Table
        label="Cost by server"
        columns={columnsOf(wallet.hourly_rate)}
        rows={wallet.by_vps}
        rowKey={(s) => s.vps_id}
        density="dense"
      />
    </Card>
  )
}
