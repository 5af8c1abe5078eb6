import { useQuery } from '@tanstack/react-query'
import { QueryPanel } from '@/components/query-panel'
import { QuotaMeters } from '@/components/quota-meters'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { orgQuery } from '@/features/org/api/queries'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

/** What the organisation has, and may have. */
export function QuotasPage() {
  const { id } = useOrg()
  const { support_email } = useConfig()
  const query = useQuery(orgQuery(id))
  return (
    <Card aria-labelledby="quotas">
      <CardHeader
        id="quotas"
        title="Quotas"
        detail="What would be more than a quota is refused. Nothing that exists is taken away."
      />
      <CardBody className="grid gap-5">
        <QueryPanel query={query} loading={<Skeleton className="h-72" />}>
          {({ quotas }) => <QuotaMeters quotas={quotas} />}
        </QueryPanel>
        <p className="text-muted">
          You need more? Ask{' '}
          {support_email ? (
            <a
              href={`mailto:${support_email}?subject=A%20higher%20quota`}
              className="text-text underline underline-offset-2"
            >
              {support_email}
            </a>
          ) : (
            'support'
          )}{' '}
          for a higher quota, and say for what.
        </p>
      </CardBody>
    </Card>
  )
}
