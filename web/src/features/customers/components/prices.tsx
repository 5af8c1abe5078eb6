import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import {
  customerPricesQuery,
  fundsPolicyQuery,
  useAddCustomerPrice,
  useEndCustomerPrice,
  useSetFundsPolicy,
} from '@/features/customers/api/prices'
import { adminPlansQuery } from '@/lib/api/queries'
import type { CustomerPrice, FundsPolicy } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** What a customer pays instead of the list's prices, and what happens when its funds end. */
export function Prices({ org }: { org: string }) {
  return (
    <div className="grid gap-4">
      <OwnPrices org={org} />
      <Funds org={org} />
    </div>
  )
}

function OwnPrices({ org }: { org: string }) {
  const query = useQuery(customerPricesQuery(org))
  const adding = useUrlDialog('add-price')
  const { get, set } = useUrl()
  const end = useEndCustomerPrice(org)
  const close = () => set({ end: null })
  return (
    <Card aria-labelledby="own-prices">
      <CardHeader
        id="own-prices"
        title="Prices of its own"
        detail="A price of a plan beats a discount; of several discounts the largest counts."
        action={<Button onClick={() => adding.onOpenChange(true)}>Add a discount</Button>}
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-16" />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-muted">This customer pays the list’s prices.</p>
            ) : (
              <ul aria-label="Prices of its own" className="grid gap-3">
                {items.map((price) => (
                  <PriceLine key={price.id} price={price} onEnd={() => set({ end: price.id }, { push: true })} />
                ))}
              </ul>
            )
          }
        </QueryPanel>
      </CardBody>
      {adding.open ? <AddDiscount org={org} onClose={() => adding.onOpenChange(false)} /> : null}
      <ConfirmDialog
        open={get('end') !== ''}
        onOpenChange={close}
        title="End this price now?"
        confirm="End it"
        pending={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(get('end'), { onSuccess: close })}
      >
        <p>Servers that were moved to it pay the list’s price again from the next hour on.</p>
      </ConfirmDialog>
    </Card>
  )
}

function PriceLine({ price, onEnd }: { price: CustomerPrice; onEnd: () => void }) {
  const ended = price.until !== null && price.until !== undefined && new Date(price.until).getTime() <= serverNow()
  return (
    <li className="flex flex-wrap items-start justify-between gap-3">
      <span className="grid min-w-0">
        <span className="font-medium wrap-anywhere">
          {price.monthly ? <Money value={price.monthly} /> : `${(price.discount_bp ?? 0) / 100} % off`}
          {price.plan_name ? ` · ${price.plan_name}` : ' · all plans'}
        </span>
        <span className="text-[13px] text-muted">
          from <At at={price.from} />
          {price.until ? (
            <>
              {' '}
              until <At at={price.until} />
            </>
          ) : null}
        </span>
      </span>
      {ended ? <span className="text-muted">Ended</span> : <Button onClick={onEnd}>End</Button>}
    </li>
  )
}

const discount = z.object({
  plan: z.string(),
  percent: z.string().check(
    z.regex(/^(100|[1-9]?\d)$/, 'Enter a whole number from 1 to 100.'),
    z.refine((v: string) => v !== '0', 'Enter a whole number from 1 to 100.'),
  ),
  running: z.string(),
  reason: reasonField,
})

function AddDiscount({ org, onClose }: { org: string; onClose: () => void }) {
  const add = useAddCustomerPrice(org)
  const plans = useQuery(adminPlansQuery)
  const form = useForm({
    resolver: zodResolver(discount),
    defaultValues: { plan: '', percent: '', running: 'yes', reason: '' },
  })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/plan_id': 'plan', '/discount_bp': 'percent', '/reason': 'reason' },
    async ({ plan, percent, running, reason }) => {
      await add.mutateAsync({
        ...(plan ? { plan_id: plan } : {}),
        discount_bp: Number(percent) * 100,
        running: running === 'yes',
        reason,
      })
      onClose()
    },
  )
  return (
    <Dialog open onOpenChange={onClose} title="Add a discount" detail="It counts from now on, until you end it.">
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Add" pending={add.isPending} error={problem}>
        <Field label="Plan" error={errors.plan?.message}>
          <Select {...form.register('plan')}>
            <option value="">All plans</option>
            {plans.data?.items.map((plan) => (
              <option key={plan.id} value={plan.id}>
                {plan.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Percent off" error={errors.percent?.message}>
          <Input inputMode="numeric" autoComplete="off" className="num" {...form.register('percent')} />
        </Field>
        <Field label="Servers that run">
          <Select {...form.register('running')}>
            <option value="yes">get it from the next hour on</option>
            <option value="no">keep their price</option>
          </Select>
        </Field>
        <Field label="Reason, for the record" error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}

function Funds({ org }: { org: string }) {
  const query = useQuery(fundsPolicyQuery(org))
  const changing = useUrlDialog('funds')
  return (
    <Card aria-labelledby="funds">
      <CardHeader
        id="funds"
        title="When funds end"
        detail="What happens to this customer’s servers when the wallet can’t pay them."
        action={<Button onClick={() => changing.onOpenChange(true)}>Change</Button>}
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-10" />}>
          {(policy) => (
            <>
              <p>
                {policy.funds_end === 'ladder'
                  ? `Servers are stopped while a reserve still pays them, and deleted after ${policy.ladder_hours} hours. Orders need that reserve.`
                  : 'Servers run on, the rest is owed, and nothing can be ordered until it is paid.'}
              </p>
              {changing.open ? (
                <ChangeFunds org={org} policy={policy} onClose={() => changing.onOpenChange(false)} />
              ) : null}
            </>
          )}
        </QueryPanel>
      </CardBody>
    </Card>
  )
}

const funds = z.object({
  funds_end: z.enum(['continue', 'ladder']),
  hours: z
    .string()
    .check(z.refine((v: string) => /^\d+$/.test(v) && Number(v) >= 24 && Number(v) <= 720, 'Enter 24 to 720 hours.')),
  reason: reasonField,
})

function ChangeFunds({ org, policy, onClose }: { org: string; policy: FundsPolicy; onClose: () => void }) {
  const set = useSetFundsPolicy(org)
  const form = useForm({
    resolver: zodResolver(funds),
    defaultValues: { funds_end: policy.funds_end, hours: String(policy.ladder_hours), reason: '' },
  })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/funds_end': 'funds_end', '/ladder_hours': 'hours', '/reason': 'reason' },
    async ({ funds_end, hours, reason }) => {
      await set.mutateAsync({ funds_end, ladder_hours: Number(hours), reason })
      onClose()
    },
  )
  return (
    <Dialog open onOpenChange={onClose} title="When funds end">
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Save" pending={set.isPending} error={problem}>
        <Field label="Servers" error={errors.funds_end?.message}>
          <Select {...form.register('funds_end')}>
            <option value="continue">run on, and the rest is owed</option>
            <option value="ladder">are stopped, and deleted later</option>
          </Select>
        </Field>
        <Field label="Hours from the stop to the deletion" error={errors.hours?.message}>
          <Input inputMode="numeric" autoComplete="off" className="num" {...form.register('hours')} />
        </Field>
        <Field label="Reason, for the record" error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
