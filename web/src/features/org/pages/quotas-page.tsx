import { useQuery } from '@tanstack/react-query'
import { Meter } from '@/components/meter'
import { QueryPanel } from '@/components/query-panel'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { orgQuery } from '@/features/org/api/queries'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

const LINES = [
  ['servers', 'Servers', 1, ''],
  ['vcpus', 'vCPUs', 1, ''],
  ['memory_mib', 'Memory', 1024, ' GiB'],
  ['storage_gib', 'Storage', 1, ' GiB'],
  ['members', 'Members', 1, ''],
  ['keys', 'API keys', 1, ''],
] as const

const figure = (value: number, unit: number) => (value / unit).toLocaleString('en-US', { maximumFractionDigits: 1 })

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
          {({ quotas }) => (
            <ul className="grid gap-5">
              {LINES.map(([name, label, unit, suffix]) => {
                const { used, limit } = quotas[name]
                const share = limit > 0 ? used / limit : used > 0 ? 1 : 0
                return (
                  <li key={name} className="grid gap-1.5">
                    <span className="flex flex-wrap justify-between gap-x-4">
                      <span className="font-medium">{label}</span>
                      <span className="num text-muted">
                        {figure(used, unit)} of {figure(limit, unit)}
                        {suffix}
                      </span>
                    </span>
                    <Meter share={share} tone={share >= 1 ? 'danger' : share >= 0.8 ? 'warning' : 'info'} />
                  </li>
                )
              })}
            </ul>
          )}
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
