import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import type * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useGiveBack } from '@/features/invoices/api/mutations'
import { giveBackSchema } from '@/features/invoices/schemas'
import type { Invoice } from '@/lib/api/types'
import { parseAmount } from '@/lib/amount'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney } from '@/lib/money'
import { useSubmit } from '@/lib/use-submit'

interface GiveBackDialogProps {
  invoice: Invoice
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Gives back an invoice or a part of it: the money goes to the wallet, and a credit note follows. */
export function GiveBackDialog({ invoice, open, onOpenChange }: GiveBackDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Give back ${invoice.number}`}
      detail={`Up to ${formatMoney(invoice.total)}, less what went back before. The money is in the wallet at once.`}
    >
      <GiveBackForm invoice={invoice} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function GiveBackForm({ invoice, onDone }: { invoice: Invoice; onDone: () => void }) {
  const giveBack = useGiveBack(invoice.id)
  const key = useIdempotencyKey()
  const form = useForm<z.infer<typeof giveBackSchema>>({
    resolver: zodResolver(giveBackSchema),
    defaultValues: { amount: '', reason: '' },
  })
  const { errors } = form.formState
  const fields = { '/amount/amount': 'amount', '/reason': 'reason' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ amount, reason }) => {
    const parsed = amount === '' ? null : parseAmount(amount)
    const part = parsed === null ? {} : { amount: { amount: parsed, currency: invoice.total.currency } }
    await giveBack.mutateAsync({ body: { reason, ...part }, key: key.current() })
    key.renew()
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Give back" pending={giveBack.isPending} error={problem}>
      <Field
        label={`Amount in ${invoice.total.currency}`}
        hint="Empty for all that is left of it."
        error={errors.amount?.message}
      >
        <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('amount')} />
      </Field>
      <Field label="Reason" error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}
