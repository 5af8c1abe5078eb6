import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useRecordPayout } from '@/features/payments/api/mutations'
import { amountField, parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, toMicro } from '@/lib/money'
import { useConfig } from '@/lib/use-config'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

interface PayoutDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** What PayPal paid out to the bank: PayPal owes us that much less from then on. */
export function PayoutDialog({ open, onOpenChange }: PayoutDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Record payout"
      detail="What PayPal paid out to your bank. It cannot be undone: a correction is a separate entry."
    >
      <PayoutForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({
  amount: amountField('1000 or 1000.50').check(
    z.refine((v: string) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter an amount above zero.'),
  ),
  reference: z
    .string()
    .check(z.trim(), z.minLength(1, 'Say where to find it.'), z.maxLength(200, 'At most 200 characters.')),
})

function PayoutForm({ onDone }: { onDone: () => void }) {
  const record = useRecordPayout()
  const key = useIdempotencyKey()
  const { currency } = useConfig()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { amount: '', reference: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/amount': 'amount', '/reference': 'reference' },
    async ({ amount, reference }) => {
      const money = { amount: parseAmount(amount) ?? amount, currency }
      await record.mutateAsync({ body: { amount: money, reference }, key: key.current() }).catch((error: unknown) => {
        if (!toProblem(error).transient) key.renew()
        throw error
      })
      useToasts.getState().push({ tone: 'success', title: `A payout of ${formatMoney(money)} was recorded` })
      onDone()
    },
  )
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Record" pending={record.isPending} error={problem}>
      <Field label={`Amount in ${currency}`} error={errors.amount?.message}>
        <Input
          inputMode="decimal"
          autoComplete="off"
          className="num"
          placeholder="1000.00"
          {...form.register('amount')}
        />
      </Field>
      <Field label="Reference" hint="As your bank’s statement names it." error={errors.reference?.message}>
        <Input autoComplete="off" {...form.register('reference')} />
      </Field>
    </DialogForm>
  )
}
