import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import type * as z from 'zod/mini'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { useChangeDetails } from '@/features/tax/api/mutations'
import { detailsSchema } from '@/features/tax/schemas'
import type { BillingDetails } from '@/lib/api/types'
import { useSubmit } from '@/lib/use-submit'

const FIELDS = {
  '/seller_name': 'seller_name',
  '/address_lines': 'address_lines',
  '/postcode': 'postcode',
  '/city': 'city',
  '/country': 'country',
  '/tax_id': 'tax_id',
  '/registration': 'registration',
  '/email': 'email',
} as const

/** Who sells, as invoices say it, and how prices are meant. */
export function DetailsForm({ details }: { details: BillingDetails }) {
  const change = useChangeDetails()
  const form = useForm<z.infer<typeof detailsSchema>>({
    resolver: zodResolver(detailsSchema),
    defaultValues: {
      seller_name: details.seller_name ?? '',
      address_lines: details.address_lines ?? '',
      postcode: details.postcode ?? '',
      city: details.city ?? '',
      country: details.country ?? '',
      tax_id: details.tax_id ?? '',
      registration: details.registration ?? '',
      email: details.email ?? '',
      prices: details.prices,
      business_by: details.business_by,
    },
  })
  const { errors } = form.formState
  const { submit, problem } = useSubmit(form, FIELDS, (values) => change.mutateAsync(values))
  return (
    <Form className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 sm:grid-cols-2" onSubmit={submit}>
      <div className="sm:col-span-2">
        <ProblemAlert error={problem} />
      </div>
      <Field label="Name" hint="Empty for the panel’s name." error={errors.seller_name?.message}>
        <Input autoComplete="organization" {...form.register('seller_name')} />
      </Field>
      <Field label="VAT ID" hint="With its country, such as DE123456789." error={errors.tax_id?.message}>
        <Input autoComplete="off" spellCheck={false} {...form.register('tax_id')} />
      </Field>
      <Field label="Street and number" error={errors.address_lines?.message}>
        <Textarea rows={2} autoComplete="street-address" {...form.register('address_lines')} />
      </Field>
      <Field label="Number in a register of companies" error={errors.registration?.message}>
        <Input autoComplete="off" {...form.register('registration')} />
      </Field>
      <Field label="Postcode" error={errors.postcode?.message}>
        <Input autoComplete="postal-code" {...form.register('postcode')} />
      </Field>
      <Field label="City" error={errors.city?.message}>
        <Input autoComplete="address-level2" {...form.register('city')} />
      </Field>
      <Field label="Country" hint="Two letters, such as DE." error={errors.country?.message}>
        <Input autoComplete="country" maxLength={2} {...form.register('country')} />
      </Field>
      <Field label="Email for questions about invoices" error={errors.email?.message}>
        <Input type="email" autoComplete="email" {...form.register('email')} />
      </Field>
      <Field label="Prices of the pages" hint="Net: tax is added. Gross: it is contained.">
        <Select {...form.register('prices')}>
          <option value="net">Net, for businesses</option>
          <option value="gross">Gross, for consumers</option>
        </Select>
      </Field>
      <Field label="A customer is a business with">
        <Select {...form.register('business_by')}>
          <option value="format_ok">a VAT ID of the right form</option>
          <option value="confirmed">a VAT ID that an administrator confirmed</option>
        </Select>
      </Field>
      <div className="sm:col-span-2">
        <Button type="submit" pending={change.isPending}>
          Save
        </Button>
      </div>
    </Form>
  )
}
