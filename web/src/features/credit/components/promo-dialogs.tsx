import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { Link } from 'react-router'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Ago } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { QueryPanel } from '@/components/query-panel'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useCreatePromo, useEndPromo } from '@/features/credit/api/mutations'
import { promoUsesQuery } from '@/features/credit/api/queries'
import { amountField, parseAmount } from '@/lib/amount'
import type { Promo } from '@/lib/api/types'
import { toMicro } from '@/lib/money'
import { useConfig } from '@/lib/use-config'
import { useSubmit } from '@/lib/use-submit'

const schema = z.object({
  code: z
    .string()
    .check(
      z.trim(),
      z.regex(
        /^[A-Za-z0-9][A-Za-z0-9-]{4,30}[A-Za-z0-9]$/,
        '6 to 32 letters, digits and hyphens, such as WELCOME-2026',
      ),
    ),
  amount: amountField('5 or 5.00').check(
    z.refine((v: string) => toMicro(parseAmount(v) ?? '1') > 0n, 'Enter an amount above zero.'),
  ),
  uses: z.string().check(z.regex(/^[1-9]\d{0,6}$/, 'Enter a number from 1 to 1000000.')),
  until: z.string(),
})

/** Makes a code that gives credit. */
export function PromoDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Make a promo code"
      detail="Each organisation may use it once. Capitals make no difference."
    >
      <PromoForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function PromoForm({ onDone }: { onDone: () => void }) {
  const create = useCreatePromo()
  const { currency } = useConfig()
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { code: '', amount: '', uses: '100', until: '' },
  })
  const { errors } = form.formState
  const fields = { '/code': 'code', '/amount': 'amount', '/max_uses': 'uses', '/expires_at': 'until' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ code, amount, uses, until }) => {
    await create.mutateAsync({
      code,
      amount: { amount: parseAmount(amount) ?? amount, currency },
      max_uses: Number(uses),
      ...(until ? { expires_at: `${until}T00:00:00Z` } : {}),
    })
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Make it" pending={create.isPending} error={problem}>
      <Field label="Code" error={errors.code?.message}>
        <Input autoComplete="off" className="uppercase" maxLength={32} {...form.register('code')} />
      </Field>
      <Field label={`Each use gives, in ${currency}`} error={errors.amount?.message}>
        <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('amount')} />
      </Field>
      <Field label="For how many organisations" error={errors.uses?.message}>
        <Input inputMode="numeric" autoComplete="off" className="num" {...form.register('uses')} />
      </Field>
      <Field
        label="Until"
        hint="Until that day begins (UTC). Empty: until it is ended or used up."
        error={errors.until?.message}
      >
        <Input type="date" {...form.register('until')} />
      </Field>
    </DialogForm>
  )
}

interface OfOneProps {
  promo: Promo
  onClose: () => void
}

/** Ends a code. */
export function EndPromoDialog({ promo, onClose }: OfOneProps) {
  const end = useEndPromo(promo.id)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`End ${promo.code}?`}
      confirm="End the code"
      danger
      onConfirm={() => end.mutate(undefined, { onSuccess: onClose })}
      pending={end.isPending}
      error={end.error}
    >
      <p>No organisation can use it from now on. What it gave stays given.</p>
    </ConfirmDialog>
  )
}

/** Who used a code. */
export function UsesDialog({ promo, onClose }: OfOneProps) {
  return (
    <Dialog open onOpenChange={onClose} title={promo.code} detail={`Used ${promo.uses} of ${promo.max_uses} times.`}>
      <QueryPanel query={useQuery(promoUsesQuery(promo.id))} loading={<Skeleton className="h-24" />}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p className="text-muted">No organisation used it yet.</p>
          ) : (
            <>
              <ul aria-label="Uses" className="grid gap-1.5">
                {items.map((use) => (
                  <li key={use.org_id} className="flex flex-wrap justify-between gap-x-4">
                    <span className="min-w-0 wrap-anywhere">
                      <Link to={`/admin/customers/${use.org_id}`} className="text-accent hover:underline">
                        {use.org_name}
                      </Link>{' '}
                      <span className="text-muted">by {use.used_by}</span>
                    </span>
                    <Ago at={use.used_at} />
                  </li>
                ))}
              </ul>
              {next ? <p className="text-muted">And more: the API lists them all.</p> : null}
            </>
          )
        }
      </QueryPanel>
    </Dialog>
  )
}
