import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { fundsPolicyQuery, useSetFundsPolicy } from '@/features/customers/api/prices'
import type { FundsPolicy } from '@/lib/api/types'
import { reasonField } from '@/lib/reason'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** What happens to a customer's servers when its funds end. */
export function Funds({ org }: { org: string }) {
  const query = useQuery(fundsPolicyQuery(org))
  const changing = useUrlDialog('funds')
  return (
    <Card aria-labelledby="funds">
      <CardHeader
        id="funds"
        title="When funds end"
        detail="What happens to this customer’s servers when the wallet can’t pay them."
        action={
          <Button size="sm" onClick={() => changing.onOpenChange(true)}>
            Change
          </Button>
        }
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
