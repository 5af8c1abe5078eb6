import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { useChangePlan } from '@/features/plans/api/queries'
import { PlanFigures } from '@/features/plans/components/plan-result'
import { editPlanSchema } from '@/features/plans/schemas'
import type { Problem } from '@/lib/api/problem'
import type { AdminPlan } from '@/lib/api/types'
import { applyProblem } from '@/lib/form'
import { parseAmount, plain } from '@/lib/money'

/** Changes apply to orders from now on; the figures are the server's answer to what was saved. */
export function EditPlanDialog({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const change = useChangePlan(plan.id)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({ resolver: zodResolver(editPlanSchema), defaultValues: { name: plan.name, markup: plain(plan.markup_monthly) } })
  const { errors, isDirty } = form.formState
  const shown = change.data ?? plan

  const submit = form.handleSubmit(async ({ name, markup }) => {
    setProblem(null)
    try {
      await change.mutateAsync({ name, markup_monthly: { amount: parseAmount(markup) ?? markup, currency: plan.markup_monthly.currency } })
      form.reset({ name, markup })
    } catch (error) {
      setProblem(applyProblem(form, error, { '/name': 'name', '/markup_monthly': 'markup' }))
    }
  })

  return (
    <Dialog open onOpenChange={onClose} title={`Edit ${plan.name}`} detail="Servers that stand keep the price they were ordered for.">
      <form noValidate onSubmit={(e) => void submit(e)}>
        <div className="grid gap-4">
          <Field label="Name for customers" error={errors.name?.message}>
            <Input autoComplete="off" {...form.register('name')} />
          </Field>
          <Field label={`Markup per month in ${plan.markup_monthly.currency}`} error={errors.markup?.message}>
            <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('markup')} />
          </Field>
          <div role="status" className="rounded-md bg-surface-2 px-4 py-3">
            <p className="mb-2 text-[13px] font-medium">{isDirty ? 'Before your change' : change.isSuccess ? 'Saved' : 'Now'}</p>
            <PlanFigures plan={shown} />
          </div>
          <ProblemAlert error={problem} />
        </div>
        <DialogActions>
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" variant="primary" disabled={!isDirty} pending={change.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
