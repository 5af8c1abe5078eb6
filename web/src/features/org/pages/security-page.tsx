import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { Link } from 'react-router'
import * as z from 'zod/mini'
import { Form } from '@/components/form'
import { OrgLink } from '@/components/org-link'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPanel } from '@/components/query-panel'
import { WhoMay } from '@/components/who-may'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { Textarea } from '@/components/ui/textarea'
import { useChangeSecurity } from '@/features/org/api/mutations'
import { orgSecurityQuery } from '@/features/org/api/queries'
import { Problem } from '@/lib/api/problem'
import type { OrgSecurity } from '@/lib/api/types'
import { networksOf } from '@/lib/networks'
import { useMay, useOrg } from '@/lib/use-org'
import { useSubmit } from '@/lib/use-submit'
import { useToasts } from '@/stores/toasts'

/** What the organisation demands of who uses it. */
export function OrgSecurityPage() {
  const query = useQuery(orgSecurityQuery(useOrg().id))
  return (
    <QueryPanel query={query} loading={<Skeleton className="h-96" />}>
      {(security) => (
        <>
          <FactorCard security={security} />
          <NetworksCard key={security.ip_allow.join()} security={security} />
        </>
      )}
    </QueryPanel>
  )
}

function FactorCard({ security }: { security: OrgSecurity }) {
  const may = useMay('org:security')
  const change = useChangeSecurity()
  const required = security.require_mfa
  const set = () =>
    change.mutate(
      { require_mfa: !required },
      {
        onSuccess: () =>
          useToasts.getState().push({
            tone: 'success',
            title: required ? 'Second factors are no longer required' : 'Members need a second factor now',
          }),
      },
    )
  return (
    <Card aria-labelledby="factor">
      <CardHeader id="factor" title="Second factor" detail={required ? 'Required of every member.' : 'Not required.'} />
      <CardBody className="grid gap-4">
        <p className="text-muted">
          Where it is required, members without a passkey or an authenticator app can do nothing here but add one, and
          their API keys wait for it too.{' '}
          <OrgLink to="/settings/members" className="text-text underline underline-offset-2">
            The list of members
          </OrgLink>{' '}
          shows who has one.
        </p>
        <ProblemAlert error={change.error}>
          {change.error instanceof Problem && change.error.code === 'own_factor_missing' ? (
            <p className="mt-1">
              <Link to="/account/security" className="underline underline-offset-2">
                Add yours
              </Link>
            </p>
          ) : null}
        </ProblemAlert>
        {may ? (
          <span>
            <Button variant={required ? 'danger-quiet' : 'primary'} pending={change.isPending} onClick={set}>
              {required ? 'Require no second factor' : 'Require a second factor'}
            </Button>
          </span>
        ) : (
          <WhoMay perm="org:security" what="change this" brief />
        )}
      </CardBody>
    </Card>
  )
}

const schema = z.object({ networks: z.string() })

function NetworksCard({ security }: { security: OrgSecurity }) {
  const may = useMay('org:security')
  const change = useChangeSecurity()
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { networks: security.ip_allow.join('\n') },
  })
  const fields = { '/ip_allow': 'networks' } as const
  const { submit, problem } = useSubmit(form, fields, async ({ networks }) => {
    const { ip_allow } = await change.mutateAsync({ ip_allow: networksOf(networks) })
    const title = ip_allow.length > 0 ? 'Networks saved' : 'The organisation is open to every address'
    useToasts.getState().push({ tone: 'success', title })
  })
  return (
    <Card aria-labelledby="networks">
      <CardHeader
        id="networks"
        title="Networks"
        detail="From elsewhere nothing here is seen or changed: by no member, API key or open page."
      />
      <CardBody>
        <Form onSubmit={submit} className="grid gap-4">
          <fieldset disabled={!may} className="min-w-0">
            <Field
              label="Addresses and networks"
              hint="One a line, such as 203.0.113.7 or 2001:db8::/48; yours among them. Empty for any. At most 32."
              error={form.formState.errors.networks?.message}
            >
              <Textarea rows={5} spellCheck={false} className="font-mono" {...form.register('networks')} />
            </Field>
          </fieldset>
          <ProblemAlert error={problem} />
          {may ? (
            <span>
              <Button type="submit" variant="primary" pending={change.isPending}>
                Save networks
              </Button>
            </span>
          ) : (
            <WhoMay perm="org:security" what="change this" brief />
          )}
        </Form>
      </CardBody>
    </Card>
  )
}
