import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm, useWatch } from 'react-hook-form'
import type * as z from 'zod/mini'
import { QuotedForm } from '@/components/quoted-form'
import { PriceQuoteView } from '@/components/quote-view'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { askCustomerPrice, useAddCustomerPrice } from '@/features/customers/api/prices'
import { basisPoints, ownPriceSchema } from '@/features/customers/schemas'
import { parseAmount } from '@/lib/amount'
import { adminPlansQuery } from '@/lib/api/queries'
import { formatMoney } from '@/lib/money'
import { useQuoted } from '@/lib/use-quoted'
import { useSubmit } from '@/lib/use-submit'

const FIELDS = {
  '/plan_id': 'plan',
  '/monthly': 'monthly',
  '/monthly/amount': 'monthly',
  '/discount_bp': 'percent',
  '/from': 'from',
  '/until': 'until',
  '/reason': 'reason',
} as const

type OwnPrice = z.infer<typeof ownPriceSchema>

function bodyOf(typed: OwnPrice) {
  const at = (moment: string) => new Date(moment).toISOString()
  return {
    ...(typed.plan ? { plan_id: typed.plan } : {}),
    ...(typed.kind === 'price'
      ? { monthly: { amount: parseAmount(typed.monthly) ?? typed.monthly, currency: 'USD' as const } }
      : { discount_bp: basisPoints(typed.percent) }),
    ...(typed.from ? { from: at(typed.from) } : {}),
    ...(typed.until ? { until: at(typed.until) } : {}),
    running: typed.running === 'yes',
    reason: typed.reason,
  }
}

/** A price of one plan, or a discount on one or all, between two moments. */
export function OwnPriceDialog({ org, onClose }: { org: string; onClose: () => void }) {
  const add = useAddCustomerPrice(org)
  const plans = useQuery(adminPlansQuery)
  const form = useForm<OwnPrice>({
    resolver: zodResolver(ownPriceSchema),
    defaultValues: {
      kind: 'discount',
      plan: '',
      percent: '',
      monthly: '',
      from: '',
      until: '',
      running: 'yes',
      reason: '',
    },
  })
  const { errors } = form.formState
  const [kind, plan] = useWatch({ control: form.control, name: ['kind', 'plan'] })
  const chosen = plans.data?.items.find((one) => one.id === plan)
  const quoted = useQuoted({
    ask: (typed: OwnPrice) => askCustomerPrice(org, bodyOf(typed)),
    act: async (typed) => {
      await add.mutateAsync(bodyOf(typed))
      onClose()
    },
  })
  const { submit, problem } = useSubmit(form, FIELDS, quoted.send)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a price"
      detail="What this customer pays instead of the list’s price. Hours that were charged stay as they are."
    >
      <QuotedForm
        quoted={quoted}
        view={(quote) => <PriceQuoteView quote={quote} />}
        onSubmit={submit}
        onCancel={onClose}
        submit="Add"
        pending={add.isPending}
        error={problem}
      >
        <Field label="Kind">
          <Select {...form.register('kind')}>
            <option value="discount">A discount</option>
            <option value="price">A price of a plan</option>
          </Select>
        </Field>
        <Field
          label="Plan"
          hint={chosen ? `The list’s price is ${formatMoney(chosen.price.monthly)} a month.` : undefined}
          error={errors.plan?.message}
        >
          <Select {...form.register('plan')}>
            <option value="">{kind === 'price' ? 'Choose a plan' : 'All plans'}</option>
            {plans.data?.items.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        {kind === 'price' ? (
          <Field label="A month in USD" hint="In every region." error={errors.monthly?.message}>
            <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('monthly')} />
          </Field>
        ) : (
          <Field label="Percent off" error={errors.percent?.message}>
            <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('percent')} />
          </Field>
        )}
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 sm:grid-cols-2">
          <Field label="From" hint="Your time. Empty for now." error={errors.from?.message}>
            <Input type="datetime-local" {...form.register('from')} />
          </Field>
          <Field label="Until" hint="Empty for no end." error={errors.until?.message}>
            <Input type="datetime-local" {...form.register('until')} />
          </Field>
        </div>
        <Field label="Servers that run">
          <Select {...form.register('running')}>
            <option value="yes">get it from the first hour that begins then</option>
            <option value="no">keep their price</option>
          </Select>
        </Field>
        <Field label="Reason, for the record" error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </QuotedForm>
    </Dialog>
  )
}
