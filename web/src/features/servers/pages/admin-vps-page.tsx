import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { Acts } from '@/components/acts'
import { CopyText } from '@/components/copy-text'
import { Ago, At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Flag } from '@/components/flag'
import { JobRows } from '@/components/job-rows'
import { Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { StatusHeading } from '@/components/status-heading'
import { Alert } from '@/components/ui/alert'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { adminVpsQuery } from '@/features/servers/api/queries'
import type { AdminVps } from '@/lib/api/types'
import { isPositive } from '@/lib/money'
import { formatDisk, formatMemory, formatTransfer } from '@/lib/sizes'
import { vpsStatus } from '@/lib/status'

const BACK = { to: '/admin/servers', label: 'Servers of all customers' }

/** A customer's server as administrators see it: no secrets, and nothing that switches it. */
export function AdminVpsPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(adminVpsQuery(id))} title="Server" back={BACK}>
      {(vps) => <AdminVpsView vps={vps} />}
    </QueryPage>
  )
}

function AdminVpsView({ vps }: { vps: AdminVps }) {
  return (
    <Page
      title={vps.label}
      back={BACK}
      heading={<StatusHeading title={vps.label} label="Status" status={vpsStatus(vps.status)} />}
      detail={
        <span className="wrap-anywhere">
          Server of <To to={`/admin/customers/${vps.organisation.id}`}>{vps.organisation.name}</To>
          {isPositive(vps.owed) ? (
            <>
              , who owes <Debt owed={vps.owed} />
            </>
          ) : null}
        </span>
      }
    >
      {vps.failure ? (
        <Alert tone="danger" title={vps.status === 'failed' ? 'It could not be created' : 'The last change failed'}>
          {vps.failure}
        </Alert>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          <Details vps={vps} />
          <JobRows filter={{ q: vps.id }} all={`/admin/jobs?q=${vps.id}`} />
          <Acts type="vps" id={vps.id} />
        </div>
        <div className="grid min-w-0 gap-4">
          <Spent vps={vps} />
          <Machine vps={vps} />
        </div>
      </div>
    </Page>
  )
}

const To = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link to={to} className="text-accent hover:underline">
    {children}
  </Link>
)
const none = <span className="text-muted">—</span>
const copied = (text: string | null | undefined, what: string) =>
  text ? <CopyText text={text} what={what} wrap /> : none

function Details({ vps }: { vps: AdminVps }) {
  const { plan } = vps
  return (
    <Card aria-labelledby="facts">
      <CardHeader id="facts" title="Details" />
      <CardBody>
        <Facts
          items={[
            ['IPv4', copied(vps.ipv4, 'IPv4 address')],
            ['IPv6', copied(vps.ipv6, 'IPv6 address')],
            [
              'Plan',
              <span key="p">
                {plan.name}{' '}
                <span className="num text-muted">
                  {plan.vcpus} vCPU · {formatMemory(plan.memory_mib)} · {formatDisk(plan.disk_gib)} ·{' '}
                  {formatTransfer(plan.transfer_gb)}
                </span>
              </span>,
            ],
            [
              'Region',
              <span key="r" className="inline-flex items-center gap-2">
                <Flag country={vps.region.country} /> {vps.region.label}
              </span>,
            ],
            ['Image', vps.image.label],
            ['Ordered', <At key="o" at={vps.created_at} />],
            ['Created', vps.started_at ? <At key="c" at={vps.started_at} /> : none],
            ...(vps.deleted_at ? ([['Deleted', <At key="d" at={vps.deleted_at} />]] as [string, ReactNode][]) : []),
            ['ID', copied(vps.id, 'server ID')],
          ]}
        />
      </CardBody>
    </Card>
  )
}

function Spent({ vps }: { vps: AdminVps }) {
  return (
    <Card aria-labelledby="money">
      <CardHeader id="money" title="Money" />
      <CardBody>
        <Facts
          items={[
            ['Price /h', <Money key="h" value={vps.price.hourly} digits="rate" />],
            ['Price /mo', <Money key="m" value={vps.price.monthly} />],
            ['Your cost /mo', <Money key="c" value={vps.cost_monthly} />],
            ['This month', <Money key="t" value={vps.spent_this_month} digits="rate" />],
            ['In all', <Money key="a" value={vps.spent_total} digits="rate" />],
          ]}
        />
      </CardBody>
    </Card>
  )
}

/** What the provider calls it, which customers never read. */
function Machine({ vps }: { vps: AdminVps }) {
  return (
    <Card aria-labelledby="machine">
      <CardHeader id="machine" title="At the provider" />
      <CardBody>
        <Facts
          items={[
            [
              'Cloud',
              <To key="c" to={`/admin/clouds/${vps.cloud.id}`}>
                {vps.cloud.name}
              </To>,
            ],
            ['ID', copied(vps.provider_ref, 'ID at the provider')],
            ['Label', copied(vps.provider_label, 'label at the provider')],
            ['Type', <code key="t">{vps.type_id}</code>],
            ['Image', <code key="i">{vps.image.id}</code>],
            ['Last seen', vps.last_seen_at ? <Ago key="s" at={vps.last_seen_at} /> : none],
          ]}
        />
      </CardBody>
    </Card>
  )
}
