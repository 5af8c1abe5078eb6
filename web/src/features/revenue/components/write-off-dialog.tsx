import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askWriteOff, useWriteOff } from '@/features/revenue/api/queries'
import { amountField, parseAmount } from '@/lib/amount'
import { toProblem } from '@/lib/api/problem'
import type { Debtor } from '@/lib/api/types'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney, plain, toMicro } from '@/lib/money'
import { reasonField } from '@/lib/reason'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

const schema = z.object({
  amount: amountField('12 or 12.50').check(
    z.refine((v: string) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter an amount above zero.'),
  ),
  reason: reasonField,
})

/** A debt, or a part of it, that will not be paid. */
export function WriteOffDialog({ debtor, onClose }: { debtor: Debtor; onClose: () => void }) {
  const writeOff = useWriteOff(debtor.org_id)
  const key = useIdempotencyKey()
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { amount: plain(debtor.owed.total), reason: '' },
  })
  const { errors } = form.formState
  const { currency } = debtor.owed.total
  const fields = { '/amount': 'amount', '/reason': 'reason' } as const
  const bodyOf = ({ amount, reason }: z.infer<typeof schema>) => ({
    amount: { amount: parseAmount(amount) ?? amount, currency },
    reason,
  })
  const quoted = useQuoted({
    ask: (values: z.infer<typeof schema>) => askWriteOff(debtor.org_id, bodyOf(values)),
    act: async (values) => {
      const body = bodyOf(values)
      const { owed } = await writeOff.mutateAsync({ body, key: key.current() }).catch((error: unknown) => {
        if (!toProblem(error).transient) key.renew()
        throw error
      })
      useToasts.getState().push({
        tone: 'success',
        title: `${formatMoney(body.amount)} of the debt of ${debtor.name} was written off`,
        detail: `${formatMoney(owed)} is still owed`,
      })
      onClose()
    },
  })
  const { submit, problem } = useSubmit(form, fields, quoted.send)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Write off the debt of ${debtor.name}`}
      detail="It need not be paid any more, and orders are possible again once nothing is owed. It cannot be undone."
    >
      <QuotedForm
        quoted={quoted}
        view={(quote) => <QuoteView quote={quote} />}
        onSubmit={submit}
        onCancel={onClose}
        submit="Write off"
        danger
        pending={writeOff.isPending}
        error={problem}
      >
        <Field label={`Amount in ${currency}`} error={errors.amount?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('amount')} />
        </Field>
        <Field label="Reason" hint="Saved in the activity log and with the ledger." error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </QuotedForm>
    </Dialog>
  )
}
