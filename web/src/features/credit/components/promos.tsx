import { useQuery } from '@tanstack/react-query'
import { TicketPercent } from 'lucide-react'
import { CopyText } from '@/components/copy-text'
import { DataTable } from '@/components/data-table'
import { Ago, At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { promosQuery } from '@/features/credit/api/queries'
import { EndPromoDialog, UsesDialog } from '@/features/credit/components/promo-dialogs'
import type { Promo } from '@/lib/api/types'
import { useUrl, useUrlDialogOf } from '@/lib/use-url'

function State({ promo }: { promo: Promo }) {
  if (promo.counts) return <Badge tone="success">Counts</Badge>
  if (promo.ended_at) return <Badge>Ended</Badge>
  return <Badge>{promo.uses >= promo.max_uses ? 'Used up' : 'Past its time'}</Badge>
}

const columns = (show: (dialog: string, id: string) => void): Column<Promo>[] => [
  { id: 'code', head: 'Code', skeleton: 'w-32', cell: (p) => <CopyText text={p.code} what="code" wrap /> },
  { id: 'amount', head: 'Gives', align: 'right', skeleton: 'w-16', cell: (p) => <Money value={p.amount} /> },
  {
    id: 'uses',
    head: 'Used',
    align: 'right',
    skeleton: 'w-16',
    cell: (p) => (
      <Button size="sm" variant="ghost" className="num" onClick={() => show('uses', p.id)}>
        {p.uses} of {p.max_uses}
      </Button>
    ),
  },
  { id: 'state', head: 'Status', from: 'sm', skeleton: 'w-16', cell: (p) => <State promo={p} /> },
  {
    id: 'until',
    head: 'Until',
    from: 'md',
    skeleton: 'w-24',
    cell: (p) => (p.expires_at ? <At at={p.expires_at} /> : 'it is ended'),
  },
  {
    id: 'made',
    head: 'Made',
    from: 'lg',
    skeleton: 'w-24',
    cell: (p) => (
      <span className="grid">
        <span className="wrap-anywhere">{p.created_by ?? 'At the command line'}</span>
        <Ago at={p.created_at} />
      </span>
    ),
  },
  {
    id: 'end',
    head: <span className="sr-only">Actions</span>,
    skeleton: 'w-12',
    className: 'text-right',
    cell: (p) =>
      p.ended_at ? null : (
        <Button size="sm" aria-label={`End ${p.code}`} onClick={() => show('end-promo', p.id)}>
          End
        </Button>
      ),
  },
]

/** Codes that give credit, with how often each was used. */
export function Promos() {
  const query = useQuery(promosQuery(useUrl().get('cursor')))
  const { dialog, of, show, close } = useUrlDialogOf()
  const chosen = query.data?.items.find((promo) => promo.id === of)
  return (
    <>
      <DataTable
        label="Promo codes"
        columns={columns(show)}
        query={query}
        rowKey={(p) => p.id}
        empty={
          <Empty icon={<TicketPercent />} title="No promo codes yet">
            A code gives its credit once to each organisation that types it, until it is used up.
          </Empty>
        }
      />
      {chosen && dialog === 'end-promo' ? <EndPromoDialog promo={chosen} onClose={close} /> : null}
      {chosen && dialog === 'uses' ? <UsesDialog promo={chosen} onClose={close} /> : null}
    </>
  )
}
