import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { BillingHistory } from '@/components/billing-history'
import { Form } from '@/components/form'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPanel } from '@/components/query-panel'
import { WhoMay } from '@/components/who-may'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { Textarea } from '@/components/ui/textarea'
import { useChangeBilling, useChangeOrg } from '@/features/org/api/mutations'
import { billingHistoryQuery, orgQuery } from '@/features/org/api/queries'
import type { Org } from '@/lib/api/types'
import { useMay, useOrg } from '@/lib/use-org'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

/** What the organisation is called and says of itself. */
export function GeneralPage() {
  const { id } = useOrg()
  const query = useQuery(orgQuery(id))
  const sees = useMay('statement:read')
  return (
    <QueryPanel query={query} loading={<Skeleton className="h-96" />}>
      {(org) => (
        <>
          <AboutCard org={org} />
          <BillingCard org={org} />
          {sees ? <History org={id} /> : null}
        </>
      )}
    </QueryPanel>
  )
}

function History({ org }: { org: string }) {
  return (
    <BillingHistory
      query={useInfiniteQuery(billingHistoryQuery(org))}
      detail="Each change, with who made it. Documents say what held when they were issued."
    />
  )
}

const saved = (title: string) => useToasts.getState().push({ tone: 'success', title })

function AboutCard({ org }: { org: Org }) {
  const may = useMay('org:write')
  const change = useChangeOrg()
  const form = useForm({
    defaultValues: {
      name: org.name,
      website: org.website ?? '',
      address_lines: org.address_lines ?? '',
      city: org.city ?? '',
      postcode: org.postcode ?? '',
      country: org.country ?? '',
    },
  })
  const { errors } = form.formState
  const fields = {
    '/name': 'name',
    '/website': 'website',
    '/address_lines': 'address_lines',
    '/city': 'city',
    '/postcode': 'postcode',
    '/country': 'country',
  } as const
  const { submit, problem } = useSubmit(form, fields, async (values) => {
    await change.mutateAsync(values)
    saved('Organisation saved')
  })
  return (
    <Card aria-labelledby="about">
      <CardHeader id="about" title="About" detail="The address is on invoices." />
      <CardBody>
        <Form onSubmit={submit} className="grid gap-4">
          <fieldset disabled={!may} className="grid min-w-0 gap-4 sm:grid-cols-2">
            <Field label="Name" error={errors.name?.message}>
              <Input autoComplete="organization" {...form.register('name')} />
            </Field>
            <Field label="Website" error={errors.website?.message}>
              <Input inputMode="url" autoCapitalize="none" autoComplete="url" {...form.register('website')} />
            </Field>
            <Field label="Address" className="sm:col-span-2" error={errors.address_lines?.message}>
              <Textarea rows={2} autoComplete="street-address" {...form.register('address_lines')} />
            </Field>
            <Field label="Postcode" error={errors.postcode?.message}>
              <Input autoComplete="postal-code" {...form.register('postcode')} />
            </Field>
            <Field label="City" error={errors.city?.message}>
              <Input autoComplete="address-level2" {...form.register('city')} />
            </Field>
            <Field label="Country" hint="Two letters, such as DE." error={errors.country?.message}>
              <Input autoComplete="country" maxLength={2} autoCapitalize="characters" {...form.register('country')} />
            </Field>
          </fieldset>
          <ProblemAlert error={problem} />
          <div>
            {may ? (
              <Button type="submit" variant="primary" pending={change.isPending}>
                Save
              </Button>
            ) : (
              <WhoMay perm="org:write" what="change this" brief />
            )}
          </div>
        </Form>
      </CardBody>
    </Card>
  )
}

function BillingCard({ org }: { org: Org }) {
  const may = useMay('billing:write')
  const change = useChangeBilling()
  const form = useForm({
    defaultValues: {
      tax_id: org.tax_id ?? '',
      billing_name: org.billing_name ?? '',
      billing_email: org.billing_email ?? '',
    },
  })
  const { errors } = form.formState
  const fields = { '/tax_id': 'tax_id', '/billing_name': 'billing_name', '/billing_email': 'billing_email' } as const
  const { submit, problem } = useSubmit(form, fields, async (values) => {
    await change.mutateAsync(values)
    saved('Billing details saved')
  })
  return (
    <Card aria-labelledby="billing">
      <CardHeader id="billing" title="Billing" detail="Invoices that exist already stay as they are." />
      <CardBody>
        <Form onSubmit={submit} className="grid gap-4">
          <fieldset disabled={!may} className="grid min-w-0 gap-4 sm:grid-cols-2">
            <Field label="Billing contact" error={errors.billing_name?.message}>
              <Input autoComplete="name" {...form.register('billing_name')} />
            </Field>
            <Field label="Email of the contact" error={errors.billing_email?.message}>
              <Input type="email" inputMode="email" autoCapitalize="none" {...form.register('billing_email')} />
            </Field>
            <Field label="Tax number" error={errors.tax_id?.message}>
              <Input autoComplete="off" {...form.register('tax_id')} />
            </Field>
          </fieldset>
          <ProblemAlert error={problem} />
          <div>
            {may ? (
              <Button type="submit" variant="primary" pending={change.isPending}>
                Save
              </Button>
            ) : (
              <WhoMay perm="billing:write" what="change this" brief />
            )}
          </div>
        </Form>
      </CardBody>
    </Card>
  )
}
