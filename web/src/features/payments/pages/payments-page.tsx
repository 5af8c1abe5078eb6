import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CreditCard, Landmark } from 'lucide-react'
import { Link } from 'react-router'
import { DataTable } from '@/components/data-table'
import { Ago, At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { ExportMenu } from '@/components/export-menu'
import { Money } from '@/components/money'
import { Page } from '@/components/page'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { UrlTabs } from '@/components/ui/tabs'
import { adminPaymentFiles, adminPaymentsQuery, disputesQuery, unallocatedQuery } from '@/features/payments/api/queries'
import { PayoutDialog } from '@/features/payments/components/payout-dialog'
import { MISMATCHES, STAGES, STAGE_WORDS } from '@/features/payments/stages'
import type { AdminPayment, Dispute, UnallocatedMoney } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** All customers' payments, what is disputed, and what fits nothing. */
export function AdminPaymentsPage() {
  const payout = useUrlDialog('payout')
  return (
    <Page
      title="Payments"
      wide
      actions={
        <Button onClick={() => payout.onOpenChange(true)}>
          <Landmark aria-hidden className="size-4" /> Record payout
        </Button>
      }
    >
      <PayoutDialog {...payout} />
      <UrlTabs
        label="Payments"
        tabs={[
          { id: 'payments', label: 'Payments', content: <Payments /> },
          { id: 'disputes', label: 'Disputes', content: <Disputes /> },
          { id: 'unallocated', label: 'Unallocated', content: <Unallocated /> },
        ]}
      />
    </Page>
  )
}

const toPayment = (id: string) => `/admin/payments/${id}`

const PAYMENTS: Column<AdminPayment>[] = [
  {
    id: 'amount',
    head: 'Payment',
    skeleton: 'w-20',
    cell: ({ payment }) => (
      <Link to={toPayment(payment.id)} className="font-medium hover:text-accent hover:underline">
        <Money value={payment.amount} />
      </Link>
    ),
  },
  {
    id: 'stage',
    head: 'Status',
    skeleton: 'w-24',
    cell: ({ payment, stage }) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={STAGES[stage].tone}>{STAGES[stage].words}</Badge>
        {isPositive(payment.refunded) ? <Badge>Refunded</Badge> : null}
        {payment.disputed ? <Badge tone="warning">Disputed</Badge> : null}
      </span>
    ),
  },
  {
    id: 'org',
    head: 'Customer',
    from: 'sm',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (p) => (
      <Link to={`/admin/customers/${p.org_id}`} className="block truncate leading-6 hover:text-accent hover:underline">
        {p.org_name}
      </Link>
    ),
  },
  { id: 'fee', head: 'Fee', align: 'right', from: 'md', skeleton: 'w-12', cell: (p) => <Money value={p.fee} /> },
  {
    id: 'at',
    head: 'Begun',
    align: 'right',
    skeleton: 'w-12',
    cell: ({ payment }) => <Ago at={payment.created_at} />,
  },
]

function Payments() {
  const { get, set } = useUrl()
  const stage = STAGE_WORDS.find((word) => word === get('stage'))
  const cursor = get('cursor')
  const filter = stage ? { stage } : {}
  const query = useQuery(adminPaymentsQuery({ ...filter, ...(cursor ? { cursor } : {}) }))
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="w-52">
          <Select
            aria-label="Status"
            value={stage ?? ''}
            onChange={(event) => set({ stage: event.target.value || null })}
          >
            <option value="">Every status</option>
            {STAGE_WORDS.map((word) => (
              <option key={word} value={word}>
                {STAGES[word].words}
              </option>
            ))}
          </Select>
        </div>
        <ExportMenu files={adminPaymentFiles(filter)} />
      </div>
      <DataTable
        label="Payments"
        columns={PAYMENTS}
        query={query}
        rowKey={(p) => p.payment.id}
        rowTo={(p) => toPayment(p.payment.id)}
        empty={
          <Empty icon={<CreditCard />} title={stage ? 'No payment is so far' : 'No payments yet'}>
            What customers pay appears here.
          </Empty>
        }
      />
    </div>
  )
}

const DISPUTES: Column<Dispute>[] = [
  {
    id: 'amount',
    head: 'Disputed',
    skeleton: 'w-20',
    cell: (d) => (
      <Link to={toPayment(d.payment_id)} className="font-medium hover:text-accent hover:underline">
        {d.amount ? <Money value={d.amount} /> : 'not known yet'}
      </Link>
    ),
  },
  {
    id: 'state',
    head: 'Status',
    skeleton: 'w-20',
    cell: (d) => (
      <Badge tone={d.state === 'open' ? 'warning' : d.state === 'won' ? 'success' : 'danger'}>
        {{ open: 'Open', won: 'Won', lost: 'Lost' }[d.state]}
      </Badge>
    ),
  },
  { id: 'stage', head: 'Stage', from: 'md', skeleton: 'w-20', cell: (d) => d.stage || '—' },
  {
    id: 'org',
    head: 'Customer',
    from: 'sm',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (d) => (
      <Link to={`/admin/customers/${d.org_id}`} className="block truncate leading-6 hover:text-accent hover:underline">
        {d.org_name}
      </Link>
    ),
  },
  { id: 'held', head: 'Set aside', align: 'right', skeleton: 'w-16', cell: (d) => <Money value={d.held} /> },
  {
    id: 'due',
    head: 'Answer by',
    align: 'right',
    from: 'lg',
    skeleton: 'w-24',
    cell: (d) => (d.due_at ? <At at={d.due_at} /> : '—'),
  },
]

function Disputes() {
  const query = useQuery(disputesQuery(useUrl().get('cursor')))
  return (
    <DataTable
      label="Disputes"
      columns={DISPUTES}
      query={query}
      rowKey={(d) => d.id}
      rowTo={(d) => toPayment(d.payment_id)}
      empty={
        <Empty icon={<CircleCheck />} title="No disputes">
          What payers dispute at PayPal appears here. Answer it there.
        </Empty>
      }
    />
  )
}

const UNALLOCATED: Column<UnallocatedMoney>[] = [
  {
    id: 'amount',
    head: 'Arrived',
    skeleton: 'w-20',
    cell: (u) => (
      <Link to={toPayment(u.payment_id)} className="font-medium hover:text-accent hover:underline">
        <Money value={u.amount} />
      </Link>
    ),
  },
  { id: 'asked', head: 'Asked for', align: 'right', skeleton: 'w-16', cell: (u) => <Money value={u.asked} /> },
  {
    id: 'why',
    head: 'What does not fit',
    skeleton: 'w-28',
    cell: (u) => <Badge tone="danger">{MISMATCHES[u.mismatch] ?? u.mismatch}</Badge>,
  },
  {
    id: 'org',
    head: 'Came with a payment of',
    from: 'sm',
    skeleton: 'w-32',
    className: 'max-w-64',
    cell: (u) => (
      <Link to={`/admin/customers/${u.org_id}`} className="block truncate leading-6 hover:text-accent hover:underline">
        {u.org_name}
      </Link>
    ),
  },
  { id: 'at', head: 'When', align: 'right', from: 'md', skeleton: 'w-12', cell: (u) => <Ago at={u.captured_at} /> },
]

function Unallocated() {
  const query = useQuery(unallocatedQuery(useUrl().get('cursor')))
  return (
    <DataTable
      label="Money that fits nothing"
      columns={UNALLOCATED}
      query={query}
      rowKey={(u) => u.id}
      rowTo={(u) => toPayment(u.payment_id)}
      empty={
        <Empty icon={<CircleCheck />} title="Everything fits">
          Money of another amount or currency than was asked for waits here until you say whose it is.
        </Empty>
      }
    />
  )
}
