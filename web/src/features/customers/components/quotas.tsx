import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { DialogForm } from '@/components/dialog-form'
import { QueryPanel } from '@/components/query-panel'
import { QuotaMeters } from '@/components/quota-meters'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useChangeQuotas, useResetQuotas } from '@/features/customers/api/mutations'
import { quotasQuery } from '@/features/customers/api/queries'
import type { Quotas as QuotasOf } from '@/lib/api/types'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** How much a customer has and may have, and both ways to change it. */
export function Quotas({ org }: { org: string }) {
  const query = useQuery(quotasQuery(org))
  const changing = useUrlDialog('quotas')
  const resetting = useUrlDialog('reset-quotas')
  return (
    <Card aria-labelledby="quotas">
      <CardHeader
        id="quotas"
        title="Quotas"
        detail="What would be more than a quota is refused. Nothing that exists is taken away."
        action={
          <span className="flex flex-wrap gap-2">
            <Button size="sm" onClick={() => resetting.onOpenChange(true)}>
              Reset to the default
            </Button>
            <Button size="sm" variant="primary" onClick={() => changing.onOpenChange(true)}>
              Change quotas
            </Button>
          </span>
        }
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-72" />}>
          {(quotas) => (
            <>
              <QuotaMeters quotas={quotas} />
              <Dialog {...changing} title="Change quotas" detail="The customer’s pages show them at once.">
                <QuotasForm org={org} quotas={quotas} onDone={() => changing.onOpenChange(false)} />
              </Dialog>
            </>
          )}
        </QueryPanel>
      </CardBody>
      <ResetDialog org={org} {...resetting} />
    </Card>
  )
}

const FIELDS = [
  ['servers', 'Servers', 0, 100_000],
  ['vcpus', 'vCPUs', 0, 10_000_000],
  ['memory_mib', 'Memory in MiB', 0, 2_000_000_000],
  ['storage_gib', 'Storage in GiB', 0, 2_000_000_000],
  ['members', 'Members', 1, 1_000],
  ['keys', 'API keys', 0, 1_000],
] as const
type Name = (typeof FIELDS)[number][0]

const number = (least: number, most: number) =>
  z.string().check(
    z.trim(),
    z.refine(
      (text) => /^\d{1,10}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most,
      `Use a whole number from ${least} to ${most.toLocaleString('en-US')}.`,
    ),
  )
const schema = z.object({
  ...(Object.fromEntries(FIELDS.map(([name, , least, most]) => [name, number(least, most)])) as Record<
    Name,
    ReturnType<typeof number>
  >),
  reason: reasonField,
})

function QuotasForm({ org, quotas, onDone }: { org: string; quotas: QuotasOf; onDone: () => void }) {
  const change = useChangeQuotas(org)
  const now = Object.fromEntries(FIELDS.map(([name]) => [name, String(quotas[name].limit)])) as Record<Name, string>
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { ...now, reason: '' } })
  const { errors } = form.formState
  const pointers = Object.fromEntries([...FIELDS.map(([name]) => [`/${name}`, name]), ['/reason', 'reason']]) as Record<
    string,
    Name | 'reason'
  >
  const { submit, problem } = useSubmit(form, pointers, async ({ reason, ...values }) => {
    const different = FIELDS.filter(([name]) => values[name] !== now[name])
    const changed = Object.fromEntries(different.map(([name]) => [name, Number(values[name])]))
    await change.mutateAsync({ ...changed, reason })
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Save quotas" pending={change.isPending} error={problem}>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map(([name, label]) => (
          <Field key={name} label={label} hint={`${quotas[name].used} used`} error={errors[name]?.message}>
            <Input inputMode="numeric" autoComplete="off" className="num" {...form.register(name)} />
          </Field>
        ))}
      </div>
      <Field label="Reason" hint="For the record." error={errors.reason?.message}>
        <Input autoComplete="off" {...form.register('reason')} />
      </Field>
    </DialogForm>
  )
}

interface ResetProps {
  org: string
  open: boolean
  onOpenChange: (open: boolean) => void
}

function ResetDialog({ org, open, onOpenChange }: ResetProps) {
  const { mutate, isPending, error } = useResetQuotas(org)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Reset all quotas?"
      confirm="Reset quotas"
      reason="required"
      pending={isPending}
      error={error}
      onConfirm={(reason) => mutate(reason, { onSuccess: () => onOpenChange(false) })}
    >
      <p>They become what a new organisation may have, as the settings say. What there is beyond stays.</p>
    </ConfirmDialog>
  )
}
