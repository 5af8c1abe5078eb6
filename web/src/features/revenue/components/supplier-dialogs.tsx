import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { supplierCloudsQuery, useImportInvoice, useSetMargin } from '@/features/revenue/api/suppliers'
import { useSubmit } from '@/lib/use-submit'

/** What the API takes in one request. */
const MAX_CHARS = 60_000

const schema = z.object({
  cloud: z.string().check(z.minLength(1, 'Choose the cloud.')),
  number: z.string().check(z.trim(), z.minLength(1, 'Enter its number.'), z.maxLength(100, 'At most 100 characters.')),
  form: z.enum(['csv', 'linode', 'digitalocean']),
  content: z
    .string()
    .check(
      z.minLength(1, 'Choose the file.'),
      z.maxLength(MAX_CHARS, 'This file is too large here: import it with “skypanel supplier import”.'),
    ),
})

/** Imports a supplier's document. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const save = useImportInvoice()
  const clouds = useQuery(supplierCloudsQuery)
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { cloud: '', number: '', form: 'csv', content: '' },
  })
  const { errors } = form.formState
  const fields = { '/cloud_id': 'cloud', '/number': 'number', '/form': 'form', '/content': 'content' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ cloud, ...rest }) => {
    await save.mutateAsync({ cloud_id: cloud, ...rest })
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Import a supplier’s invoice"
      detail="The same document again changes nothing. It stays as it is: another one has another number."
    >
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Import" pending={save.isPending} error={problem}>
        <Field label="Cloud" error={errors.cloud?.message}>
          <Select {...form.register('cloud')}>
            <option value="">Choose one</option>
            {clouds.data?.items.map((cloud) => (
              <option key={cloud.id} value={cloud.id}>
                {cloud.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Number" hint="As the supplier numbers it." error={errors.number?.message}>
          <Input autoComplete="off" {...form.register('number')} />
        </Field>
        <Field label="Form" error={errors.form?.message}>
          <Select {...form.register('form')}>
            <option value="csv">CSV: machine_id,from,to,amount</option>
            <option value="linode">JSON: the invoice’s items as Linode’s API answers them</option>
            <option value="digitalocean">JSON or CSV: the invoice as DigitalOcean’s API answers it</option>
          </Select>
        </Field>
        <Field label="File" error={errors.content?.message}>
          <Input
            type="file"
            accept=".csv,.json,text/csv,application/json"
            onChange={(event) => {
              const file = event.target.files?.[0]
              const take = (text: string) =>
                form.setValue('content', text, { shouldValidate: form.formState.isSubmitted })
              if (!file) return take('')
              const reader = new FileReader()
              reader.onload = () => take(String(reader.result))
              reader.readAsText(file)
            }}
          />
        </Field>
      </DialogForm>
    </Dialog>
  )
}

const marginSchema = z.object({
  percent: z.string().check(z.regex(/^\d{1,2}(\.\d{1,2})?$/, 'Enter a percentage such as 5 or 12.5.')),
})

/** Below which margin an invoice is told of. */
export function MarginDialog({ bp, onClose }: { bp: number; onClose: () => void }) {
  const save = useSetMargin()
  const form = useForm({ resolver: zodResolver(marginSchema), defaultValues: { percent: String(bp / 100) } })
  const { submit, problem } = useSubmit(form, { '/margin_bp': 'percent' }, async ({ percent }) => {
    await save.mutateAsync(Math.round(Number(percent) * 100))
    onClose()
  })
  return (
    <Dialog open onOpenChange={onClose} title="Margin" detail="The newest invoice of a cloud that leaves less is told.">
      <DialogForm onSubmit={submit} onCancel={onClose} submit="Save" pending={save.isPending} error={problem}>
        <Field label="In percent of what was charged" error={form.formState.errors.percent?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('percent')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
