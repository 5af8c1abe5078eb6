import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import type * as z from 'zod/mini'
import { DialogForm } from '@/components/dialog-form'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useCreateRule, useEndRule } from '@/features/tax/api/mutations'
import { basisPoints, CATEGORIES, CATEGORY_WORDS, endSchema, ruleSchema } from '@/features/tax/schemas'
import type { TaxRule } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

/** Writes a rule. */
export function RuleDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Write a tax rule"
      detail="Which tax your customers of a country owe, from a day on. Ask who advises you on taxes."
    >
      <RuleForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function RuleForm({ onDone }: { onDone: () => void }) {
  const create = useCreateRule()
  const form = useForm<z.infer<typeof ruleSchema>>({
    resolver: zodResolver(ruleSchema),
    defaultValues: { country: '', buyer: 'b2c', category: 'S', rate: '', note: '', valid_from: '' },
  })
  const { errors } = form.formState
  const category = useWatch({ control: form.control, name: 'category' })
  const fields = {
    '/country': 'country',
    '/basis_points': 'rate',
    '/category': 'category',
    '/note': 'note',
    '/valid_from': 'valid_from',
  } as const
  const { submit, problem } = useSubmit(form, fields, async ({ rate, note, country, ...rest }) => {
    const basis_points = rest.category === 'S' ? basisPoints(rate) : 0
    const words = note === '' ? {} : { note }
    await create.mutateAsync({ ...rest, ...words, country: country.toUpperCase(), basis_points })
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Write" pending={create.isPending} error={problem}>
      <Field label="Country" hint="ZZ for all countries without a rule." error={errors.country?.message}>
        <Input maxLength={2} autoComplete="off" {...form.register('country')} />
      </Field>
      <Field label="Customers">
        <Select {...form.register('buyer')}>
          <option value="b2c">Consumers</option>
          <option value="b2b">Businesses</option>
        </Select>
      </Field>
      <Field label="How it is taxed" error={errors.category?.message}>
        <Select
          {...form.register('category', {
            onChange: () => form.setValue('rate', form.getValues('category') === 'S' ? '' : '0'),
          })}
        >
          {CATEGORIES.map((code) => (
            <option key={code} value={code}>
              {code}: {CATEGORY_WORDS[code]}
            </option>
          ))}
        </Select>
      </Field>
      {category === 'S' ? (
        <Field label="Rate in per cent" error={errors.rate?.message}>
          <Input inputMode="decimal" autoComplete="off" className="num" {...form.register('rate')} />
        </Field>
      ) : null}
      <Field
        label="Words on invoices"
        hint={category === 'S' || category === 'Z' ? 'Optional.' : 'Why there is no tax, as the law wants it.'}
        error={errors.note?.message}
      >
        <Input autoComplete="off" {...form.register('note')} />
      </Field>
      <Field label="From" error={errors.valid_from?.message}>
        <Input type="date" {...form.register('valid_from')} />
      </Field>
    </DialogForm>
  )
}

/** Ends a rule, so that another one may follow. */
export function EndDialog({ rule, onClose }: { rule: TaxRule; onClose: () => void }) {
  const end = useEndRule(rule.id)
  const form = useForm<z.infer<typeof endSchema>>({
    resolver: zodResolver(endSchema),
    defaultValues: { valid_to: rule.valid_to ?? '' },
  })
  const { submit, problem } = useSubmit(form, { '/valid_to': 'valid_to' }, async ({ valid_to }) => {
    await end.mutateAsync(valid_to)
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`End the rule for ${rule.country}`}
      detail="Hours that began before that day keep its rate."
    >
      <DialogForm onSubmit={submit} onCancel={onClose} submit="End" pending={end.isPending} error={problem}>
        <Field label="First day without it" error={form.formState.errors.valid_to?.message}>
          <Input type="date" {...form.register('valid_to')} />
        </Field>
      </DialogForm>
    </Dialog>
  )
}
