import { useInfiniteQuery } from '@tanstack/react-query'
import { CreditCard } from 'lucide-react'
import { Ago } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { LoadMore } from '@/components/load-more'
import { Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { RetryPanel } from '@/components/retry-panel'
import { Table, type Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Badge } from '@/components/ui/badge'
import { paymentsQuery } from '@/features/wallet/api/payments'
import { paymentWords } from '@/features/wallet/payment-words'
import type { Payment } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { useOrg } from '@/lib/use-org'

const COLUMNS: Column<Payment>[] = [
  {
    id: 'amount',
    head: 'Payment',
    skeleton: 'w-20',
    cell: (p) => (
      <OrgLink to={`/wallet/payments/${p.id}`} className="font-medium hover:text-accent hover:underline">
        <Money value={p.amount} />
      </OrgLink>
    ),
  },
  {
    id: 'state',
    head: 'Status',
    skeleton: 'w-24',
    cell: (p) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={paymentWords(p).tone}>{paymentWords(p).brief}</Badge>
        {isPositive(p.refunded) ? <Badge>Refunded</Badge> : null}
        {p.disputed ? <Badge tone="warning">Disputed</Badge> : null}
      </span>
    ),
  },
  {
    id: 'by',
    head: 'By',
    from: 'md',
    skeleton: 'w-24',
    className: 'max-w-40',
    cell: (p) => (p.by ? <Truncated text={p.by} /> : '—'),
  },
  { id: 'at', head: 'Begun', align: 'right', skeleton: 'w-12', cell: (p) => <Ago at={p.created_at} /> },
]

/** The organisation's payments, the newest first. */
export function PaymentsList() {
  const query = useInfiniteQuery(paymentsQuery(useOrg().id))
  if (query.isError && !query.data) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  const rows = query.data?.pages.flatMap((page) => page.items)
  if (rows?.length === 0) {
    return (
      <Empty icon={<CreditCard />} title="No payments yet">
        What you pay appears here, with what became of it.
      </Empty>
    )
  }
  return (
    <>
      <Table label="Payments" columns={COLUMNS} rows={rows} rowKey={(p) => p.id} skeletonRows={3} />
      <LoadMore query={query} />
    </>
  )
}
