import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ActLine } from '@/components/acts'
import { DialogForm } from '@/components/dialog-form'
import { Facts } from '@/components/facts'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useConfirmTaxId } from '@/features/customers/api/mutations'
import { actsQuery } from '@/lib/api/queries'
import type { ConfirmedTaxId } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

/** Whether the tax office confirmed a customer's VAT ID, as administrators noted it. */
export function TaxId({ org }: { org: string }) {
  const query = useQuery(actsQuery({ event: 'billing.tax_id', entity_type: 'org', entity_id: org, limit: 3 }))
  const confirming = useUrlDialog('confirm-tax-id')
  const [confirmed, setConfirmed] = useState<ConfirmedTaxId | null>(null)
  return (
    <Card aria-labelledby="tax-id">
      <CardHeader
        id="tax-id"
        title="VAT ID"
        detail="A confirmation is of the number as it is then: one that the customer changes needs another."
        action={
          <Button size="sm" onClick={() => confirming.onOpenChange(true)}>
            Confirm it
          </Button>
        }
      />
      <CardBody className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {confirmed ? (
          <div role="status">
            <Facts
              items={[
                ['Confirmed', confirmed.tax_id],
                ['Reference', confirmed.reference],
                ['Answered on', confirmed.confirmed_on],
              ]}
            />
          </div>
        ) : null}
        <QueryPanel query={query} loading={<Skeleton className="h-6" />}>
          {({ items }) =>
            items.length > 0 ? (
              <ol aria-label="Confirmations" className="grid gap-1 text-[13px]">
                {items.map((act) => (
                  <li key={act.id}>
                    <ActLine act={act} />
                  </li>
                ))}
              </ol>
            ) : confirmed ? null : (
              <p className="text-muted">No VAT ID of this customer was confirmed.</p>
            )
          }
        </QueryPanel>
      </CardBody>
      {confirming.open ? (
        <ConfirmTaxId org={org} onConfirmed={setConfirmed} onClose={() => confirming.onOpenChange(false)} />
      ) : null}
    </Card>
  )
}

/** The server's day, as a field for days writes it. */
const today = () => new Date(serverNow()).toISOString().slice(0, 10)

const schema = z.object({
  confirmed_on: z.string().check(
    z.minLength(1, 'Choose the day of the answer.'),
    z.refine((day: string) => day <= today(), 'Choose a day that has come.'),
  ),
  reference: z
    .string()
    .check(z.trim(), z.minLength(1, 'Write what the answer says.'), z.maxLength(100, 'At most 100 characters.')),
})

interface ConfirmTaxIdProps {
  org: string
  onConfirmed: (confirmed: ConfirmedTaxId) => void
  onClose: () => void
}

function ConfirmTaxId({ org, onConfirmed, onClose }: ConfirmTaxIdProps) {
  const confirm = useConfirmTaxId(org)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { confirmed_on: today(), reference: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/confirmed_on': 'confirmed_on', '/reference': 'reference' },
    async (typed) => {
      onConfirmed(await confirm.mutateAsync(typed))
      onClose()
    },
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Confirm the VAT ID"
      detail="The number that is in the customer’s billing details now, after the tax office said that it is valid."
    >
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Confirm" pending={confirm.isPending} error={problem}>
        <Field label="Day of the answer" error={errors.confirmed_on?.message}>
          <Input type="date" {...form.register('confirmed_on')} />
        </Field>
        <Field
          label="Note"
          hint="The answer’s reference, such as its number at VIES. It is kept with the number, for an audit."
          error={errors.reference?.message}
        >
          <Input autoComplete="off" {...form.register('reference')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
