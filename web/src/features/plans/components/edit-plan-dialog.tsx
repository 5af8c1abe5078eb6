import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { ActLines } from '@/components/acts'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useChangePlan } from '@/features/plans/api/mutations'
import { LivePrice } from '@/features/plans/components/live-price'
import { MonthRule } from '@/features/plans/components/month-rule'
import { editPlanSchema, ruleBody, ruleOf } from '@/features/plans/schemas'
import { parseAmount } from '@/lib/amount'
import type { AdminPlan } from '@/lib/api/types'
import { plain } from '@/lib/money'
import { useSubmit } from '@/lib/use-submit'

/** Changes apply to orders from now on; the figures are the server's answer to what is typed. */
export function EditPlanDialog({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const change = useChangePlan(plan.id)
  const form = useForm({
    resolver: zodResolver(editPlanSchema),
    defaultValues: { name: plan.name, markup: plain(plan.markup_monthly), ...ruleOf(plan.price) },
  })
  const { errors, isDirty } = form.formState
  const [markup, cap, hours, unit, minimum] = useWatch({
    control: form.control,
    name: ['markup', 'cap', 'hours', 'unit', 'minimum'],
  })
  const rule = { cap, hours, unit, minimum }

  const { submit, problem } = useSubmit(
    form,
    {
      '/name': 'name',
      '/markup_monthly': 'markup',
      '/hours_per_month': 'hours',
      '/capped': 'cap',
      '/charged_by': 'unit',
      '/minimum_s': 'minimum',
    },
    async ({ name, markup, ...said }) => {
      await change.mutateAsync({
        name,
        markup_monthly: { amount: parseAmount(markup) ?? markup, currency: plan.markup_monthly.currency },
        ...ruleBody(said),
      })
      form.reset({ name, markup, ...said })
    },
  )

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Edit ${plan.name}`}
      detail="Existing servers keep the price they were ordered at."
    >
      <DialogForm
        onSubmit={submit}
        onCancel={onClose}
        cancel="Close"
        submit="Save"
        disabled={!isDirty}
        pending={change.isPending}
        error={problem}
      >
        <Field label="Name for customers" error={errors.name?.message}>
          <Input autoComplete="off" {...form.register('name')} />
        </Field>
        <Field label={`Markup per month in ${plan.markup_monthly.currency}`} error={errors.markup?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('markup')} />
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
          cloudId={plan.cloud_id}
          typeId={plan.type_id}
          markup={markup}
          rule={rule}
          currency={plan.markup_monthly.currency}
        />
        {change.isSuccess && !isDirty ? (
          <p role="status" className="text-[13px] font-medium text-success">
            Saved.
          </p>
        ) : null}
        <ActLines type="plan" id={plan.id} shown={3} className="text-muted" />
      </DialogForm>
    </Dialog>
  )
}
