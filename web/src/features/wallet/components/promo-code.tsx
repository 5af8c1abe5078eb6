import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { QuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { askPromo, useRedeemPromo } from '@/features/wallet/api/mutations'
import { toProblem } from '@/lib/api/problem'
import { useIdempotencyKey } from '@/lib/idempotency'
import { formatMoney } from '@/lib/money'
import { useOrg } from '@/lib/use-org'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

interface PromoCodeDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Credit by a code. */
export function PromoCodeDialog({ open, onOpenChange }: PromoCodeDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Use a promo code"
      detail="Its credit pays off what is owed first, and is spent before your own money."
    >
      <PromoCodeForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

const schema = z.object({ code: z.string().check(z.trim(), z.minLength(1, 'Enter the code.'), z.maxLength(64)) })

function PromoCodeForm({ onDone }: { onDone: () => void }) {
  const org = useOrg()
  const redeem = useRedeemPromo(org.id)
  const key = useIdempotencyKey()
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { code: '' } })
  const quoted = useQuoted({
    ask: ({ code }: z.infer<typeof schema>) => askPromo(org.id, code),
    act: async ({ code }) => {
      const { entry, balance } = await redeem.mutateAsync({ code, key: key.current() }).catch((error: unknown) => {
        if (!toProblem(error).transient) key.renew()
        throw error
      })
      useToasts.getState().push({
        tone: 'success',
        title: `${formatMoney(entry.amount)} added to your wallet`,
        detail: `The balance is now ${formatMoney(balance)}`,
      })
      onDone()
    },
  })
  const { submit, problem } = useSubmit(form, { '/code': 'code' }, quoted.send)
  return (
    <QuotedForm
      quoted={quoted}
      view={(quote) => <QuoteView quote={quote} />}
      onSubmit={submit}
      onCancel={onDone}
      submit="Use it"
      pending={redeem.isPending}
      error={problem}
    >
      <Field label="Code" hint="Capitals make no difference." error={form.formState.errors.code?.message}>
        <Input autoComplete="off" autoCapitalize="characters" {...form.register('code')} />
      </Field>
    </QuotedForm>
  )
}
