import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import type * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askGiveBack, useGiveBack } from '@/features/invoices/api/mutations'
import { giveBackSchema } from '@/features/invoices/schemas'
import type { Invoice } from '@/lib/api/types'
import { parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney } from '@/lib/money'
import { useQuoted } from '@/lib/use-quoted'
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
  const bodyOf = ({ amount, reason }: z.infer<typeof giveBackSchema>) => {
    const parsed = amount === '' ? null : parseAmount(amount)
    return { reason, ...(parsed === null ? {} : { amount: { amount: parsed, currency: invoice.total.currency } }) }
  }
  const quoted = useQuoted({
    ask: (values: z.infer<typeof giveBackSchema>) => askGiveBack(invoice.id, bodyOf(values)),
    act: async (values) => {
      await giveBack.mutateAsync({ body: bodyOf(values), key: key.current() }).catch((error: unknown) => {
        if (!toProblem(error).transient) key.renew()
        throw error
      })
      onDone()
    },
  })
  const { submit, problem } = useSubmit(form, fields, quoted.send)
  return (
    <QuotedForm
      quoted={quoted}
      view={(quote) => <QuoteView quote={quote} />}
      onSubmit={submit}
      onCancel={onDone}
      submit="Give back"
      pending={giveBack.isPending}
      error={problem}
    >
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
    </QuotedForm>
  )
}
