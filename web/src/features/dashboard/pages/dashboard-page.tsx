import { useQuery } from '@tanstack/react-query'
import { Activity, ChevronRight, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { ActivityList } from '@/components/activity-list'
import { Empty } from '@/components/empty'
import { Balance, Money } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Page } from '@/components/page'
import { Place } from '@/components/place'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { StatusDot } from '@/components/status-dot'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton'
import { FirstSteps } from '@/features/dashboard/components/first-steps'
import { activityQuery, vpsListQuery, walletQuery } from '@/lib/api/queries'
import type { Vps } from '@/lib/api/types'
import { toServerTime } from '@/lib/clock'
import { isPositive } from '@/lib/money'
import { runwayLeft } from '@/lib/runway-countdown'
import { vpsNow } from '@/lib/status'
import { formatSpan } from '@/lib/time'
import { useGlide } from '@/lib/use-glide'
import { useNow } from '@/lib/use-now'
import { useMay, useOrg, useOrgPath } from '@/lib/use-org'

const VPS_SHOWN = 6
const ACTIVITY_SHOWN = 8

export function DashboardPage() {
  const org = useOrg()
  const mayCreate = useMay('vps:create')
  const wallet = useQuery(walletQuery(org.id))
  const list = useQuery(vpsListQuery(org.id, { limit: VPS_SHOWN }))
  // Without a server, the page leads to the first one, and the button stands at the step that comes next.
  const first = list.data?.items.length === 0
  return (
    <Page
      title="Dashboard"
      detail={org.name}
      actions={
        mayCreate && !first ? (
          <Button asChild variant="primary">
            <OrgLink to="/servers/new">
              <Plus aria-hidden className="size-4" /> Create server
            </OrgLink>
          </Button>
        ) : null
      }
    >
      <WalletFigures />
      {first && wallet.data ? <FirstSteps wallet={wallet.data} /> : null}
      {first ? (
        <Recent />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <LatestVps />
          <Recent />
        </div>
      )}
    </Page>
  )
}

function WalletFigures() {
  const wallet = useQuery(walletQuery(useOrg().id))
  const toWallet = useOrgPath()('/wallet')
  const now = useNow(wallet.data?.runway_s != null)
  return (
    <QueryPanel
      query={wallet}
      loading={
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 max-sm:[&>:first-child]:col-span-2">
          {[0, 1, 2].map((n) => (
            <Skeleton key={n} className="h-[110px] rounded-lg" />
          ))}
        </div>
      }
    >
      {(w) => {
        const left = runwayLeft(w.runway_s, toServerTime(wallet.dataUpdatedAt), now)
        return (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 max-sm:[&>:first-child]:col-span-2">
            <Stat
              to={toWallet}
              label="Balance"
              value={<Balance of={w} />}
              detail={
                isPositive(w.owed)
                  ? 'a debt: new credit pays it first'
                  : left === null
                    ? 'nothing is running'
                    : `lasts ${formatSpan(left)}`
              }
            />
            <Stat
              to={toWallet}
              label="Running cost"
              value={<Money value={w.hourly_rate} digits="rate" />}
              detail="per hour, all servers"
            />
            <Stat to={toWallet} label="Spent this month" value={<Money value={w.spent_this_month} />} detail="so far" />
          </div>
        )
      }}
    </QueryPanel>
  )
}

const More = ({ to, children }: { to: string; children: ReactNode }) => (
  <OrgLink to={to} className="inline-flex min-h-6 items-center text-[13px] font-medium text-accent hover:underline">
    {children} <ChevronRight aria-hidden className="size-4" />
  </OrgLink>
)

function LatestVps() {
  const query = useQuery(vpsListQuery(useOrg().id, { limit: VPS_SHOWN }))
  return (
    <Card aria-labelledby="servers">
      <CardHeader id="servers" title="Servers" action={<More to="/servers">All servers</More>} />
      <QueryPanel query={query} loading={<SkeletonRows />}>
        {({ items }) => <VpsRows items={items} />}
      </QueryPanel>
    </Card>
  )
}

function VpsRows({ items }: { items: Vps[] }) {
  const list = useGlide<HTMLUListElement>(items.map((s) => s.id))
  return (
    <ul ref={list}>
      {items.map((s) => (
        <VpsRow key={s.id} vps={s} />
      ))}
    </ul>
  )
}

function VpsRow({ vps }: { vps: Vps }) {
  return (
    <li className="border-b last:border-b-0">
      <OrgLink
        to={`/servers/${vps.id}`}
        className="flex min-h-14 items-center gap-4 px-4 py-2 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{vps.label}</span>
          <span className="flex items-center gap-2 text-[13px] text-muted">
            <Place region={vps.region} />
            <span className="truncate">
              {vps.ipv4 ? <span className="font-mono text-xs max-sm:hidden">{vps.ipv4}</span> : null}
            </span>
          </span>
        </span>
        <StatusDot status={vpsNow(vps)} className="text-[13px]" />
      </OrgLink>
    </li>
  )
}

function Recent() {
  const query = useQuery(activityQuery(useOrg().id, { limit: ACTIVITY_SHOWN }))
  return (
    <Card aria-labelledby="recent">
      <CardHeader id="recent" title="Recent activity" action={<More to="/activity">All activity</More>} />
      <QueryPanel query={query} loading={<SkeletonRows />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<Activity />} title="No activity yet" />
          ) : (
            <ActivityList items={items} brief />
          )
        }
      </QueryPanel>
    </Card>
  )
}
