import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import * as z from 'zod/mini'
import { At } from '@/components/date-time'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askPayment, offerQuery, useBeginPayment } from '@/features/wallet/api/payments'
import { amountField, parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import type { PaymentOffer } from '@/lib/api/types'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, toMicro } from '@/lib/money'
import { useOrg, useOrgPath } from '@/lib/use-org'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'

interface TopUpDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** How much to pay; the payment's own page does the rest. */
export function TopUpDialog({ open, onOpenChange }: TopUpDialogProps) {
  const offer = useQuery({ ...offerQuery(useOrg().id), enabled: open })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add money"
      detail="You approve it at PayPal, and come back here. A debt is paid from it first."
    >
      {offer.data ? <TopUpForm offer={offer.data} onCancel={() => onOpenChange(false)} /> : null}
    </Dialog>
  )
}

const above = (limit: string) => (text: string) => toMicro(parseAmount(text) ?? limit) >= toMicro(limit)
const below = (limit: string) => (text: string) => toMicro(parseAmount(text) ?? limit) <= toMicro(limit)
const inCents = (text: string) => toMicro(parseAmount(text) ?? '0') % 10_000n === 0n

const schemaOf = ({ min, max }: PaymentOffer) =>
  z.object({
    amount: amountField('25 or 25.50').check(
      z.refine(above(min.amount), `Pay ${formatMoney(min)} at least.`),
      z.refine(below(max.amount), `Pay ${formatMoney(max)} at most.`),
      z.refine(inCents, 'Use at most two decimals.'),
    ),
  })

function TopUpForm({ offer, onCancel }: { offer: PaymentOffer; onCancel: () => void }) {
  const org = useOrg()
  const at = useOrgPath()
  const navigate = useNavigate()
  const begin = useBeginPayment(org.id)
  const key = useIdempotencyKey()
  const form = useForm({ resolver: zodResolver(schemaOf(offer)), defaultValues: { amount: '' } })
  const { currency } = offer.min
  const moneyOf = ({ amount }: { amount: string }) => ({ amount: parseAmount(amount) ?? amount, currency })
  const quoted = useQuoted({
    ask: (values: { amount: string }) => askPayment(org.id, moneyOf(values)),
    act: async (values) => {
      const { payment } = await begin
        .mutateAsync({ amount: moneyOf(values), key: key.current() })
        .catch((error: unknown) => {
          if (!toProblem(error).transient) key.renew()
          throw error
        })
      // The dialog's address is replaced: going back leads to the wallet.
      void navigate(at(`/wallet/payments/${payment.id}`), { replace: true, state: { leave: true } })
    },
  })
  const { submit, problem } = useSubmit(form, { '/amount': 'amount' }, quoted.send)
  const none = toMicro(offer.max.amount) < toMicro(offer.min.amount)
  if (offer.paused_until || none) {
    return (
      <Alert tone="warning" title="You can’t pay right now">
        {offer.paused_until ? (
          <>
            Several payments were declined. To protect card holders you can pay again from{' '}
            <At at={offer.paused_until} />.
          </>
        ) : (
          'In the week after its first payment an organisation may pay a limited sum, and that is reached.'
        )}
      </Alert>
    )
  }
  return (
    <QuotedForm
      quoted={quoted}
      view={(quote) => (
        <>
          <QuoteView quote={quote} />
          <p className="text-[13px] text-muted">
            Once the payment has arrived. No tax is due on it: it is taken of the hours that you use.
          </p>
        </>
      )}
      onSubmit={submit}
      onCancel={onCancel}
      submit="Continue to PayPal"
      pending={begin.isPending}
      error={problem}
      advice={problem?.transient ? <p className="mt-1">Press the button again: you never pay twice.</p> : null}
    >
      {offer.test ? (
        <Alert tone="info" title="This is a test">
          PayPal is simulated here: no money moves.
        </Alert>
      ) : null}
      <div className="grid gap-2">
        <Field
          label={`Amount in ${currency}`}
          hint={`${formatMoney(offer.min)} to ${formatMoney(offer.max)}`}
          error={form.formState.errors.amount?.message}
        >
          <Input
            inputMode="decimal"
            autoComplete="off"
            className="num"
            placeholder="25.00"
            {...form.register('amount')}
          />
        </Field>
        <div className="flex flex-wrap gap-2" role="group" aria-label="Common amounts">
          {offer.presets
            .filter((preset) => toMicro(preset.amount) <= toMicro(offer.max.amount))
            .map((preset) => (
              <Button
                key={preset.amount}
                size="sm"
                className="num"
                onClick={() => form.setValue('amount', preset.amount.replace(/\.0+$/, ''), { shouldValidate: true })}
              >
                {formatMoney(preset)}
              </Button>
            ))}
        </div>
      </div>
    </QuotedForm>
  )
}
