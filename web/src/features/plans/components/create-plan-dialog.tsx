import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { Link } from 'react-router'
import type * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { QueryPanel } from '@/components/query-panel'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { useCreatePlan } from '@/features/plans/api/mutations'
import { LivePrice } from '@/features/plans/components/live-price'
import { MonthRule } from '@/features/plans/components/month-rule'
import { PlanResult } from '@/features/plans/components/plan-result'
import { newPlanSchema, ruleBody, ruleOf } from '@/features/plans/schemas'
import { parseAmount } from '@/lib/amount'
import { cloudCatalogQuery, cloudsQuery } from '@/lib/api/queries'
import type { AdminPlan, Cloud, CloudType } from '@/lib/api/types'
import { formatMoney, plain } from '@/lib/money'
import { formatSize, formatTransfer } from '@/lib/sizes'
import { useSubmit } from '@/lib/use-submit'

interface CreatePlanDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The plan to begin with, of which a clone is created. */
  of?: AdminPlan | undefined
}

export function CreatePlanDialog({ open, onOpenChange, of }: CreatePlanDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={of ? `Clone ${of.name}` : 'Create plan'}
      detail="A type that a cloud offers, and what you add to its cost."
    >
      <Body of={of} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function Body({ of, onDone }: { of: AdminPlan | undefined; onDone: () => void }) {
  const clouds = useQuery(cloudsQuery)
  const [created, setCreated] = useState<AdminPlan | null>(null)
  if (created) return <PlanResult plan={created} onDone={onDone} />
  return (
    <QueryPanel query={clouds} loading={<Skeleton className="h-48 w-full" />}>
      {({ items }) => {
        const usable = items.filter((c) => c.types > 0)
        return usable.length > 0 ? (
          <PlanForm clouds={usable} of={of} onDone={onDone} onCreated={setCreated} />
        ) : (
          <p>
            No types are known yet.{' '}
            <Link to="/admin/clouds" className="font-medium text-accent underline underline-offset-2">
              Connect or sync a cloud
            </Link>{' '}
            first.
          </p>
        )
      }}
    </QueryPanel>
  )
}

type NewPlanForm = z.infer<typeof newPlanSchema>
interface PlanFormProps {
  clouds: Cloud[]
  of: AdminPlan | undefined
  onDone: () => void
  onCreated: (plan: AdminPlan) => void
}

function PlanForm({ clouds, of, onDone, onCreated }: PlanFormProps) {
  const create = useCreatePlan()
  const form = useForm<NewPlanForm>({
    resolver: zodResolver(newPlanSchema),
    defaultValues: {
      cloud_id: of?.cloud_id ?? clouds[0]?.id ?? '',
      type_id: of?.type_id ?? '',
      name: of ? `${of.name} copy` : '',
      markup: of ? plain(of.markup_monthly) : '',
      ...ruleOf(of?.price),
    },
  })
  const { errors } = form.formState
  const [cloudId, typeId, markup, cap, hours, unit, minimum] = useWatch({
    control: form.control,
    name: ['cloud_id', 'type_id', 'markup', 'cap', 'hours', 'unit', 'minimum'],
  })
  const rule = { cap, hours, unit, minimum }
  const catalog = useQuery(cloudCatalogQuery(cloudId))
  const type = catalog.data?.types.find((t) => t.id === typeId)

  const fields = {
    '/cloud_id': 'cloud_id',
    '/type_id': 'type_id',
    '/name': 'name',
    '/markup_monthly': 'markup',
    '/hours_per_month': 'hours',
    '/capped': 'cap',
    '/charged_by': 'unit',
    '/minimum_s': 'minimum',
  } as const
  const { submit, problem } = useSubmit(form, fields, async ({ markup, cap, hours, unit, minimum, ...rest }) => {
    const currency = type?.cost_monthly.currency ?? 'USD'
    onCreated(
      await create.mutateAsync({
        ...rest,
        ...ruleBody({ cap, hours, unit, minimum }),
        markup_monthly: { amount: parseAmount(markup) ?? markup, currency },
      }),
    )
  })

  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Create plan" pending={create.isPending} error={problem}>
      <Field label="Cloud" error={errors.cloud_id?.message}>
        <Select {...form.register('cloud_id', { onChange: () => form.setValue('type_id', '') })}>
          {clouds.map((c) => (
            <option key={c.id} value={c.id}>
              {c.name}
            </option>
          ))}
        </Select>
      </Field>
      <QueryPanel query={catalog} loading={<Skeleton className="h-14 w-full" />}>
        {({ types }) => (
          <Field label="Type" error={errors.type_id?.message}>
            <Select {...form.register('type_id')}>
              <option value="">Choose a type</option>
              {byClass(types).map((group) => (
                <optgroup key={group.name} label={group.name}>
                  {group.types.map((t) => (
                    <option key={t.id} value={t.id} disabled={!t.available}>
                      {t.label} — {formatMoney(t.cost_monthly)}/mo{t.available ? '' : ' (not available)'}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
          </Field>
        )}
      </QueryPanel>
      {type ? <TypeFacts type={type} /> : null}
      <Field label="Name for customers" error={errors.name?.message}>
        <Input autoComplete="off" placeholder="Small" {...form.register('name')} />
      </Field>
      <Field
        label={`Markup per month${type ? ` in ${type.cost_monthly.currency}` : ''}`}
        error={errors.markup?.message}
        hint="Added to what the cloud charges you."
      >
        <Input inputMode="decimal" autoComplete="off" className="num" placeholder="2.00" {...form.register('markup')} />
      </Field>
      <MonthRule
        cap={form.register('cap')}
        hours={form.register('hours')}
        unit={form.register('unit')}
        minimum={form.register('minimum')}
        chosen={rule.unit}
        error={errors.minimum?.message}
      />
      <LivePrice
        cloudId={cloudId}
        typeId={typeId}
        markup={markup}
        rule={rule}
        currency={type?.cost_monthly.currency ?? 'USD'}
      />
    </DialogForm>
  )
}

function TypeFacts({ type }: { type: CloudType }) {
  return (
    <p className="num rounded-md bg-surface-2 px-3 py-2 text-[13px]">
      {formatSize(type)} · {formatTransfer(type.transfer_gb)} transfer
    </p>
  )
}

function byClass(types: CloudType[]): { name: string; types: CloudType[] }[] {
  const groups = new Map<string, CloudType[]>()
  for (const type of types) groups.set(type.class, [...(groups.get(type.class) ?? []), type])
  return [...groups].map(([name, list]) => ({ name, types: list }))
}
