import { useInfiniteQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { CopyText } from '@/components/copy-text'
import { Ago, At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { OrgLink } from '@/components/org-link'
import { Place } from '@/components/place'
import { RetryPanel } from '@/components/retry-panel'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { vpsJobsQuery } from '@/features/vps/api/queries'
import { JobCard } from '@/features/vps/components/job-card'
import { TagLinks } from '@/features/vps/components/tags'
import { orderAgainPath } from '@/features/vps/components/vps-actions'
import { VpsCost } from '@/features/vps/components/vps-cost'
import type { Possible } from '@/features/vps/possible-actions'
import type { Job, Vps } from '@/lib/api/types'
import { formatDisk, formatMemory, formatTransfer } from '@/lib/sizes'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

interface VpsOverviewProps {
  vps: Vps
  can: Possible
  onAsk: (dialog: 'delete' | 'notes') => void
}

export function VpsOverview({ vps, can, onAsk }: VpsOverviewProps) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
      <div className="grid min-w-0 gap-4">
        <Failure vps={vps} can={can} />
        <LatestJob vps={vps} />
        <Details vps={vps} />
      </div>
      <div className="grid min-w-0 gap-4 lg:row-span-2">
        {vps.ipv4 && vps.status !== 'deleted' ? <Connect ipv4={vps.ipv4} /> : null}
        <VpsCost vps={vps} />
        <Notes vps={vps} can={can} onEdit={() => onAsk('notes')} />
      </div>
      {can.delete ? <DangerZone onDelete={() => onAsk('delete')} /> : null}
    </div>
  )
}

function Failure({ vps, can }: { vps: Vps; can: Possible }) {
  const { support_email } = useConfig()
  if (!vps.failure) return null
  return (
    <Alert
      tone="danger"
      title={vps.status === 'failed' ? 'This server could not be created' : 'The last change failed'}
      live
    >
      <p>{vps.failure}</p>
      {vps.failure_field && can.orderAgain ? (
        <p className="mt-1">
          <OrgLink to={orderAgainPath(vps)} className="underline underline-offset-2">
            Order again with {vps.failure_field === '/root_password' ? 'another root password' : 'another SSH key'}
          </OrgLink>
          ; everything else is filled in.
        </p>
      ) : support_email ? (
        <p className="mt-1">
          If it happens again, write to{' '}
          <a
            href={`mailto:${support_email}?subject=${encodeURIComponent(vps.id)}`}
            className="underline underline-offset-2"
          >
            {support_email}
          </a>{' '}
          and mention this server: <CopyText text={vps.id} what="server ID" wrap className="text-xs" />
        </p>
      ) : null}
    </Alert>
  )
}

/** The heart of the page while something is in progress; what happened last, after that. */
function LatestJob({ vps }: { vps: Vps }) {
  const jobs = useInfiniteQuery(vpsJobsQuery(useOrg().id, vps.id))
  const latest = jobs.data?.pages[0]?.items[0] ?? vps.job
  if (latest) return <JobCard key={latest.id} job={withoutRepeat(latest, vps.failure)} open />
  if (jobs.isError) {
    return (
      <Card>
        <RetryPanel error={jobs.error} onRetry={() => void jobs.refetch()} />
      </Card>
    )
  }
  return jobs.isPending ? <Skeleton className="h-48 w-full rounded-lg" /> : null
}

/** The page's own alert has said already why it failed. */
function withoutRepeat(job: Job, said: Vps['failure']): Job {
  if (!said || job.failure !== said) return job
  return { ...job, failure: null, steps: job.steps.map((s) => (s.words === said ? { ...s, words: 'It failed' } : s)) }
}

function Details({ vps }: { vps: Vps }) {
  return (
    <Card aria-labelledby="details">
      <CardHeader title="Details" id="details" />
      <CardBody>
        <Facts
          items={[
            ['Plan', vps.plan.name],
            [
              'Size',
              <span key="s" className="num">
                {vps.plan.vcpus} vCPU · {formatMemory(vps.plan.memory_mib)} RAM · {formatDisk(vps.plan.disk_gib)} disk ·{' '}
                {formatTransfer(vps.plan.transfer_gb)} transfer
              </span>,
            ],
            ['Image', vps.image.label],
            ['Region', <Place key="r" region={vps.region} full />],
            ['Access', <Key key="k" of={vps.ssh_key} />],
            [
              'IPv4',
              vps.ipv4 ? (
                <CopyText key="4" text={vps.ipv4} what="IPv4 address" />
              ) : (
                <span key="4" className="text-muted">
                  {vps.status === 'requested' || vps.status === 'provisioning' ? 'Assigned during creation' : '—'}
                </span>
              ),
            ],
            ...(vps.ipv6
              ? ([['IPv6', <CopyText key="6" text={vps.ipv6} what="IPv6 address" wrap />]] as [
                  string,
                  React.ReactNode,
                ][])
              : []),
            ['Created', <At key="c" at={vps.created_at} />],
            ...(vps.deleted_at
              ? ([['Deleted', <At key="d" at={vps.deleted_at} />]] as [string, React.ReactNode][])
              : []),
            ...(vps.last_seen_at && !vps.deleted_at
              ? ([['Last checked', <Ago key="l" at={vps.last_seen_at} />]] as [string, React.ReactNode][])
              : []),
            ['ID', <CopyText key="i" text={vps.id} what="server ID" wrap className="text-xs" />],
          ]}
        />
      </CardBody>
    </Card>
  )
}

/** Apart from everything else, so that no click lands on it by accident. */
function DangerZone({ onDelete }: { onDelete: () => void }) {
  return (
    <Card aria-labelledby="danger">
      <CardHeader title="Delete this server" id="danger" />
      <CardBody className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p className="min-w-0 flex-1 basis-64 text-muted">
          Permanently, with everything on it. Its cost ends once it no longer exists.
        </p>
        <Button variant="danger-quiet" onClick={onDelete}>
          <Trash2 aria-hidden className="size-4" /> Delete
        </Button>
      </CardBody>
    </Card>
  )
}

/** The customer's own words. */
function Notes({ vps, can, onEdit }: { vps: Vps; can: Possible; onEdit: () => void }) {
  const empty = vps.tags.length === 0 && !vps.notes
  if (empty && !can.change) return null
  return (
    <Card aria-labelledby="notes">
      <CardHeader
        title="Tags and notes"
        id="notes"
        action={
          can.change ? (
            <Button variant="ghost" size="sm" onClick={onEdit}>
              {empty ? 'Add' : 'Edit'}
            </Button>
          ) : null
        }
      />
      <CardBody className="grid gap-3">
        {vps.tags.length > 0 ? <TagLinks tags={vps.tags} /> : null}
        {vps.notes ? <p className="wrap-anywhere whitespace-pre-wrap">{vps.notes}</p> : null}
        {empty ? <p className="text-muted">Tags to find it by, and what you want to remember about it.</p> : null}
      </CardBody>
    </Card>
  )
}

function Key({ of }: { of: Vps['ssh_key'] }) {
  if (!of) return 'Root password'
  return (
    <span className="grid min-w-0">
      <span className="wrap-anywhere">
        SSH key{of.comment ? ` “${of.comment}”` : ''} <span className="text-muted">({of.algorithm})</span>
      </span>
      <CopyText text={of.fingerprint} what="fingerprint" wrap className="text-xs" />
    </span>
  )
}

function Connect({ ipv4 }: { ipv4: string }) {
  return (
    <Card aria-labelledby="connect">
      <CardHeader title="Connect" id="connect" />
      <CardBody>
        <p className="mb-2 text-[13px] text-muted">From a terminal on your computer:</p>
        <CopyText
          text={`ssh root@${ipv4}`}
          what="command"
          className="max-w-full rounded-md border bg-surface-2 px-3 py-2"
        >{`ssh root@${ipv4}`}</CopyText>
      </CardBody>
    </Card>
  )
}
