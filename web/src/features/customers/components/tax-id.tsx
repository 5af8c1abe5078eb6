import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { At } from '@/components/date-time'
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
import { taxIdQuery } from '@/features/customers/api/queries'
import type { TaxNumber } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialog } from '@/lib/use-url'

const STATES: Record<TaxNumber['state'], string | null> = {
  none: null,
  format_wrong: 'It has no form that is known: it is no VAT ID',
  format_ok: 'It has the form of its country, and was not confirmed',
  confirmed: 'Confirmed',
}

/** A customer's VAT ID, and what an administrator noted of the tax office's answer. */
export function TaxId({ org }: { org: string }) {
  const query = useQuery(taxIdQuery(org))
  const confirming = useUrlDialog('confirm-tax-id')
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
        <QueryPanel query={query} loading={<Skeleton className="h-6" />}>
          {(taxId) => <Known taxId={taxId} />}
        </QueryPanel>
      </CardBody>
      {confirming.open ? <ConfirmTaxId org={org} onClose={() => confirming.onOpenChange(false)} /> : null}
    </Card>
  )
}

function Known({ taxId: { tax_id, state, last } }: { taxId: TaxNumber }) {
  return (
    <div role="status" className="grid gap-3">
      {tax_id ? (
        <p>
          <span className="num font-medium">{tax_id}</span> <span className="text-muted">{STATES[state]}</span>
        </p>
      ) : (
        <p className="text-muted">This customer has given no VAT ID.</p>
      )}
      {last ? (
        <Facts
          items={[
            [
              'Confirmed number',
              last.confirmed.tax_id === tax_id ? tax_id : `${last.confirmed.tax_id}, not the present one`,
            ],
            ['Answered on', last.confirmed.confirmed_on],
            ['Evidence', last.confirmed.reference],
            ['Noted by', last.by?.name ?? 'The operator'],
            ['Noted', <At key="at" at={last.noted_at} />],
          ]}
        />
      ) : null}
    </div>
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
  onClose: () => void
}

function ConfirmTaxId({ org, onClose }: ConfirmTaxIdProps) {
  const confirm = useConfirmTaxId(org)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { confirmed_on: today(), reference: '' } })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(
    form,
    { '/confirmed_on': 'confirmed_on', '/reference': 'reference' },
    async (typed) => {
      await confirm.mutateAsync(typed)
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
