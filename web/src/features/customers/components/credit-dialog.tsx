import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askCredit, useGiveCredit } from '@/features/customers/api/mutations'
import { amountField, parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import type { Customer } from '@/lib/api/types'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, toMicro } from '@/lib/money'
import { reasonField } from '@/lib/reason'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

interface CreditDialogProps {
  customer: Customer
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Credit given by hand, with the reason that will appear in the customer's statement. */
export function CreditDialog({ customer, open, onOpenChange }: CreditDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Add credit to ${customer.name}`}
      detail="It pays off what is owed first. It cannot be undone: a correction is a separate entry."
    >
      <CreditForm customer={customer} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  amount: amountField('25 or 25.50').check(
    z.refine((v: string) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter an amount above zero.'),
  ),
  reason: reasonField,
})

const PRESETS = ['10', '25', '50', '100']

function CreditForm({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const credit = useGiveCredit(customer.org_id)
  const key = useIdempotencyKey()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { amount: '', reason: '' } })
  const { errors } = form.formState
  const currency = customer.balance.currency

  const bodyOf = ({ amount, reason }: z.infer<typeof schema>) => ({
    amount: { amount: parseAmount(amount) ?? amount, currency },
    reason,
  })
  const quoted = useQuoted({
    ask: (values: z.infer<typeof schema>) => askCredit(customer.org_id, bodyOf(values)),
    act: async (values) => {
      const body = bodyOf(values)
      const money = body.amount
      const { balance, waiting, alone } = await credit
        .mutateAsync({ body, key: key.current() })
        .catch((error: unknown) => {
          if (!toProblem(error).transient) key.renew()
          throw error
        })
      useToasts.getState().push(
        waiting
          ? {
              tone: 'info',
              title: `${formatMoney(money)} for ${customer.name} waits for another administrator`,
              detail: 'It is on the page Credit. Nothing was added yet.',
            }
          : {
              tone: 'success',
              title: `${formatMoney(money)} added to ${customer.name}`,
              detail: alone
                ? `The balance is now ${formatMoney(balance)}. No other administrator could approve it`
                : `The balance is now ${formatMoney(balance)}`,
            },
      )
      onDone()
    },
  })
  const { submit, problem } = useSubmit(form, { '/amount': 'amount', '/reason': 'reason' }, quoted.send)

  return (
    <QuotedForm
      quoted={quoted}
      view={(quote) => <QuoteView quote={quote} />}
      onSubmit={submit}
      onCancel={onDone}
      submit="Add credit"
      pending={credit.isPending}
      error={problem}
      advice={
        problem?.transient ? <p className="mt-1">Press the button again: the credit is never added twice.</p> : null
      }
    >
      <div className="grid gap-2">
        <Field label={`Amount in ${currency}`} error={errors.amount?.message}>
          <Input
            inputMode="decimal"
            autoComplete="off"
            className="num"
            placeholder="25.00"
            {...form.register('amount')}
          />
        </Field>
        <div className="flex flex-wrap gap-2" role="group" aria-label="Common amounts">
          {PRESETS.map((amount) => (
            <Button
              key={amount}
              size="sm"
              className="num"
              onClick={() => form.setValue('amount', amount, { shouldValidate: true })}
            >
              {formatMoney({ amount, currency })}
            </Button>
          ))}
        </div>
      </div>
      <Field label="Reason" hint="The customer sees it in the statement." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </QuotedForm>
  )
}
