import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { DialogForm } from '@/components/dialog-form'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useGiveCredit } from '@/features/customers/api/mutations'
import { toProblem } from '@/lib/api/problem'
import type { Customer } from '@/lib/api/types'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, parseAmount, toMicro } from '@/lib/money'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

interface CreditDialogProps {
  customer: Customer
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Credit given by hand, with the reason that will stand in the customer's statement. */
export function CreditDialog({ customer, open, onOpenChange }: CreditDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Add credit to ${customer.name}`}
      detail="It settles what is owed first, and cannot be taken back: a correction is an entry of its own."
    >
      <CreditForm customer={customer} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  amount: z
    .string()
    .refine((v) => parseAmount(v) !== null, 'Enter an amount such as 25 or 25.50.')
    .refine((v) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter more than zero.'),
  reason: z.string().trim().min(3, 'Say in a few words why.').max(500, 'At most 500 characters.'),
})

const PRESETS = ['10', '25', '50', '100']

function CreditForm({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const credit = useGiveCredit(customer.org_id)
  const key = useIdempotencyKey()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { amount: '', reason: '' } })
  const { errors } = form.formState
  const currency = customer.balance.currency

  const { submit, problem } = useSubmit(
    form,
    { '/amount': 'amount', '/reason': 'reason' },
    async ({ amount, reason }) => {
      const money = { amount: parseAmount(amount) ?? amount, currency }
      const { balance } = await credit
        .mutateAsync({ body: { amount: money, reason }, key: key.current() })
        .catch((error: unknown) => {
          if (!toProblem(error).transient) key.renew()
          throw error
        })
      useToasts.getState().push({
        tone: 'success',
        title: `${formatMoney(money)} added to ${customer.name}`,
        detail: `Balance now ${formatMoney(balance)}`,
      })
      onDone()
    },
  )

  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onDone}
      submit="Add credit"
      pending={credit.isPending}
      error={problem}
      advice={
        problem?.transient ? (
          <p className="mt-1">Press the button again: the same credit is never given twice.</p>
        ) : null
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
        <div className="flex flex-wrap gap-2" role="group" aria-label="Usual amounts">
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
    </DialogForm>
  )
}
