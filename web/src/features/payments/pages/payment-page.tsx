import { useQuery } from '@tanstack/react-query'
import { RefreshCw, Undo2 } from 'lucide-react'
import { Link, useParams } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { Page } from '@/components/page'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPage } from '@/components/query-page'
import { Table, type Column } from '@/components/table'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { useSettle } from '@/features/payments/api/mutations'
import { adminPaymentQuery } from '@/features/payments/api/queries'
import { AllocateDialog } from '@/features/payments/components/allocate-dialog'
import { RefundDialog } from '@/features/payments/components/refund-dialog'
import { MISMATCHES, STAGES } from '@/features/payments/stages'
import type { PaymentDetail, PaymentRefund } from '@/lib/api/types'
import { useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/payments', label: 'Payments' }

export function AdminPaymentPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(adminPaymentQuery(id))} title="Payment" back={BACK}>
      {(detail) => <View detail={detail} />}
    </QueryPage>
  )
}

function View({ detail }: { detail: PaymentDetail }) {
  const { payment, stage, org_id, org_name, fee, order_ref, failure } = detail.payment
  const refund = useUrlDialog('refund')
  const allocate = useUrlDialog('allocate')
  const settle = useSettle(payment.id)
  const waiting = detail.captures.find((capture) => capture.mismatch && !capture.allocated_at)
  return (
    <Page
      title="Payment"
      back={BACK}
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Money value={payment.amount} />
          <Badge tone={STAGES[stage].tone}>{STAGES[stage].words}</Badge>
          <CopyText text={payment.id} what="payment ID" wrap className="text-xs" />
        </span>
      }
      actions={
        <>
          <Button pending={settle.isPending} onClick={() => settle.mutate()}>
            <RefreshCw aria-hidden className="size-4" /> Ask PayPal
          </Button>
          <Button variant="primary" onClick={() => refund.onOpenChange(true)}>
            <Undo2 aria-hidden className="size-4" /> Give money back
          </Button>
        </>
      }
    >
      <RefundDialog detail={detail} {...refund} />
      <ProblemAlert error={settle.error} />
      {waiting ? (
        <>
          <AllocateDialog capture={waiting.id} org={org_id} {...allocate} />
          <Alert
            tone="danger"
            title="Money arrived that does not fit"
            action={
              <Button size="sm" onClick={() => allocate.onOpenChange(true)}>
                Put it into a wallet
              </Button>
            }
          >
            {MISMATCHES[waiting.mismatch ?? '']}: <Money value={waiting.amount} />. No wallet has it. Put it into one,
            or give it back.
          </Alert>
        </>
      ) : null}
      <Card>
        <CardBody>
          <Facts
            items={[
              [
                'Customer',
                <Link key="o" to={`/admin/customers/${org_id}`} className="text-accent hover:underline">
                  {org_name}
                </Link>,
              ],
              ['In the wallet', <Money key="c" value={payment.credited} />],
              ['Fee', <Money key="f" value={fee} />],
              ['Went back', <Money key="r" value={payment.refunded} />],
              ['On its way back', <Money key="w" value={payment.refunding} />],
              ['Order', order_ref ?? '—'],
              ['PayPal’s word', failure ?? '—'],
              ['Begun', <At key="b" at={payment.created_at} />],
              ['Decided', payment.ended_at ? <At key="e" at={payment.ended_at} /> : '—'],
            ]}
          />
        </CardBody>
      </Card>
      <Card className="overflow-hidden" aria-labelledby="captures">
        <CardHeader id="captures" title="What was taken" detail="Each capture, as PayPal names it." />
        <Table label="Captures" columns={CAPTURES} rows={detail.captures} rowKey={(c) => c.id} />
      </Card>
      <Card className="overflow-hidden" aria-labelledby="refunds">
        <CardHeader id="refunds" title="What went back" detail="Ours, and what was taken back at PayPal." />
        <Table label="Refunds" columns={REFUNDS} rows={detail.refunds} rowKey={(r) => r.id} />
      </Card>
    </Page>
  )
}

const CAPTURES: Column<PaymentDetail['captures'][number]>[] = [
  { id: 'amount', head: 'Amount', cell: (c) => <Money value={c.amount} /> },
  {
    id: 'state',
    head: 'Status',
    cell: (c) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={c.state === 'completed' ? 'success' : c.state === 'pending' ? 'warning' : 'danger'}>
          {{ completed: 'Arrived', pending: 'Pending', declined: 'Declined' }[c.state]}
        </Badge>
        {c.mismatch ? <Badge tone="danger">{MISMATCHES[c.mismatch]}</Badge> : null}
      </span>
    ),
  },
  { id: 'ref', head: 'At PayPal', from: 'md', cell: (c) => <CopyText text={c.provider_ref} what="capture" wrap /> },
  { id: 'fee', head: 'Fee', align: 'right', from: 'sm', cell: (c) => (c.fee ? <Money value={c.fee} /> : '—') },
  { id: 'most', head: 'May go back', align: 'right', cell: (c) => <Money value={c.refundable} /> },
]

const ORIGINS: Record<PaymentRefund['origin'], string> = {
  ours: 'By us',
  provider: 'At PayPal',
  reversal: 'By the payer’s bank',
}

const REFUNDS: Column<PaymentRefund>[] = [
  { id: 'amount', head: 'Amount', cell: (r) => <Money value={r.amount} /> },
  {
    id: 'state',
    head: 'Status',
    cell: (r) => (
      <Badge tone={r.state === 'done' ? 'success' : r.state === 'failed' ? 'danger' : 'warning'}>
        {{ asked: 'Asked for', pending: 'On its way', done: 'Gone back', failed: 'Failed' }[r.state]}
      </Badge>
    ),
  },
  { id: 'to', head: 'To', from: 'sm', cell: (r) => (r.to === 'payer' ? 'Payer' : 'Wallet') },
  { id: 'origin', head: 'By', from: 'md', cell: (r) => r.by ?? ORIGINS[r.origin] },
  { id: 'reason', head: 'Reason', from: 'lg', className: 'max-w-64', cell: (r) => r.reason || '—' },
  { id: 'at', head: 'When', align: 'right', cell: (r) => <At at={r.created_at} /> },
]
