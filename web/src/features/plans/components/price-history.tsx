import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { At } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useMovePrice } from '@/features/plans/api/mutations'
import { planPricesQuery } from '@/features/plans/api/queries'
import type { AdminPlan, PriceVersion } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { useSubmit } from '@/lib/use-submit'

/** What a plan cost and who pays it still: a change is a version, and touches no server that runs. */
export function PriceHistory({ plan, onClose }: { plan: AdminPlan; onClose: () => void }) {
  const query = useQuery(planPricesQuery(plan.id))
  const [to, setTo] = useState<PriceVersion | null>(null)
  if (to) return <MoveDialog plan={plan} to={to} onClose={() => setTo(null)} />
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Prices of ${plan.name}`}
      detail="Servers keep the version that they were ordered at, until you move them."
    >
      <QueryPanel query={query} loading={<Skeleton className="h-32" />}>
        {({ items }) => (
          <ul aria-label="Versions" className="grid gap-4">
            {items.map((version, place) => (
              <li key={version.version} className="flex flex-wrap items-start justify-between gap-3">
                <span className="grid">
                  <span className="font-medium">
                    <Money value={version.price.monthly} /> /mo · version {version.version}
                  </span>
                  <span className="text-[13px] text-muted">
                    {version.price.capped ? 'A month costs this at most' : 'Without a cap'}, an hour is 1/
                    {version.price.hours_per_month}; since <At at={version.since} />
                  </span>
                  <span className="text-[13px] text-muted">
                    {countOf(version.servers, 'server pays', 'servers pay')} it
                  </span>
                </span>
                {items.length > 1 || plan.servers > version.servers ? (
                  <Button onClick={() => setTo(version)}>Move servers{place === 0 ? ' to it' : ' back to it'}</Button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </QueryPanel>
    </Dialog>
  )
}

const schema = z.object({
  from: z.string().check(z.minLength(1, 'Choose a day and an hour.')),
  reason: z.string().check(z.trim(), z.minLength(3, 'Say why, in at least 3 characters.')),
})

/** The customers are told at once; their hours until then keep their price. */
function MoveDialog({ plan, to, onClose }: { plan: AdminPlan; to: PriceVersion; onClose: () => void }) {
  const move = useMovePrice(plan.id)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { from: '', reason: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(form, { '/from': 'from', '/reason': 'reason' }, async ({ from, reason }) => {
    await move.mutateAsync({ version: to.version, from: new Date(from).toISOString(), reason })
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Move servers of ${plan.name}`}
      detail="Those who look after the money of their organisations are written to at once."
    >
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Move servers" pending={move.isPending} error={problem}>
        <p>
          They pay <Money value={to.price.monthly} className="font-semibold" /> a month from the first hour that begins
          then.
        </p>
        <Field label="From" error={errors.from?.message}>
          <Input type="datetime-local" {...form.register('from')} />
        </Field>
        <Field label="Reason, for the record" error={errors.reason?.message}>
          <Input autoComplete="off" {...form.register('reason')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
