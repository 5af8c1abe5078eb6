import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { askRefund, useRefund } from '@/features/payments/api/mutations'
import { amountField, parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import type { PaymentDetail } from '@/lib/api/types'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, toMicro } from '@/lib/money'
import { reasonField } from '@/lib/reason'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

interface RefundDialogProps {
  detail: PaymentDetail
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Money back: to the payer what was paid and not spent, to the wallet what was charged. */
export function RefundDialog({ detail, open, onOpenChange }: RefundDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Give money back"
      detail="To the payer goes what was paid and not spent. To the wallet goes what was charged. It cannot be undone."
    >
      <RefundForm detail={detail} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  to: z.enum(['payer', 'wallet']),
  amount: amountField('25 or 25.50').check(
    z.refine((v: string) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter an amount above zero.'),
  ),
  reason: reasonField,
})

type Refund = z.infer<typeof schema>

function RefundForm({ detail, onDone }: { detail: PaymentDetail; onDone: () => void }) {
  const { payment } = detail.payment
  const refund = useRefund(payment.id)
  const key = useIdempotencyKey()
  const most = detail.captures.find((capture) => toMicro(capture.refundable.amount) > 0n)?.refundable
  const form = useForm<Refund>({
    resolver: zodResolver(schema),
    defaultValues: { to: 'payer', amount: '', reason: '' },
  })
  const { errors } = form.formState
  const currency = most?.currency ?? payment.amount.currency
  const bodyOf = ({ to, amount, reason }: Refund) => ({
    amount: { amount: parseAmount(amount) ?? amount, currency },
    to,
    reason,
  })
  const quoted = useQuoted({
    ask: (values: Refund) => askRefund(payment.id, bodyOf(values)),
    act: async (values) => {
      const body = bodyOf(values)
      const { amount: money, to } = body
      await refund.mutateAsync({ body, key: key.current() }).catch((error: unknown) => {
        if (!toProblem(error).transient) key.renew()
        throw error
      })
      useToasts.getState().push({
        tone: 'success',
        title:
          to === 'payer' ? `${formatMoney(money)} are on their way back` : `${formatMoney(money)} are in the wallet`,
      })
      onDone()
    },
  })
  const fields = { '/amount': 'amount', '/to': 'to', '/reason': 'reason' } as const
  const { submit, problem } = useSubmit(form, fields, quoted.send)
  return (
    <QuotedForm
      quoted={quoted}
      view={(quote) => <QuoteView quote={quote} />}
      onSubmit={submit}
      onCancel={onDone}
      submit="Give back"
      danger
      pending={refund.isPending}
      error={problem}
    >
      <Field label="To" error={errors.to?.message}>
        <Select {...form.register('to')}>
          <option value="payer">The payer</option>
          <option value="wallet">The wallet</option>
        </Select>
      </Field>
      <Field
        label={`Amount in ${currency}`}
        hint={most ? `To the payer at most ${formatMoney(most)}.` : 'Nothing can go to the payer now.'}
        error={errors.amount?.message}
      >
        <Input
          inputMode="decimal"
          autoComplete="off"
          className="num"
          placeholder="25.00"
          {...form.register('amount')}
        />
      </Field>
      <Field label="Reason" hint="Saved in the activity log." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </QuotedForm>
  )
}
