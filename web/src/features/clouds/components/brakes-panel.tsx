import { useQuery } from '@tanstack/react-query'
import { Ago } from '@/components/date-time'
import { Money } from '@/components/money'
import { Table, type Column } from '@/components/table'
import { Truncated } from '@/components/truncated'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { brakesQuery } from '@/features/clouds/api/queries'
import { ReleaseDialog } from '@/features/clouds/components/release-dialog'
import type { Cloud, CloudBrakes } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { useUrlDialog } from '@/lib/use-url'

type Held = CloudBrakes['held'][number]

const WHY: Record<string, string> = {
  account: 'Another account',
  epoch: 'Database not trusted',
  newer: 'Newer than every server',
  too_many: 'Too many at once',
}

const COLUMNS: Column<Held>[] = [
  {
    id: 'machine',
    head: 'Machine',
    skeleton: 'w-32',
    cell: (h) => (
      <span className="grid">
        <Truncated text={h.label} className="font-medium" />
        <span className="font-mono text-xs text-muted">{h.provider_ref}</span>
      </span>
    ),
  },
  {
    id: 'what',
    head: 'Would be',
    skeleton: 'w-20',
    cell: (h) => (h.kind === 'missing' ? 'marked as lost' : 'deleted'),
  },
  { id: 'why', head: 'Waits because', skeleton: 'w-28', from: 'sm', cell: (h) => WHY[h.held] ?? h.held },
  {
    id: 'found',
    head: 'Found',
    skeleton: 'w-16',
    from: 'md',
    cell: (h) => <Ago at={h.found_at} />,
  },
  {
    id: 'hour',
    head: 'Per hour',
    align: 'right',
    skeleton: 'w-12',
    cell: (h) => (h.hourly ? <Money value={h.hourly} digits="rate" /> : '—'),
  },
]

/** What waits, and what waiting costs: whose money it is differs. */
function Waiting({ brakes }: { brakes: CloudBrakes }) {
  const missing = brakes.held.filter((h) => h.kind === 'missing').length
  const orphans = brakes.held.length - missing
  return (
    <ul className="list-disc pl-4">
      {missing > 0 ? (
        <li>
          {countOf(missing, 'server is', 'servers are')} missing at the provider, and customers still pay{' '}
          <Money value={brakes.lost_hourly} digits="rate" className="font-medium" /> an hour for{' '}
          {missing === 1 ? 'it' : 'them'}.
        </li>
      ) : null}
      {orphans > 0 ? (
        <li>
          {countOf(orphans, 'machine belongs', 'machines belong')} to no server, and you pay{' '}
          <Money value={brakes.orphans_hourly} digits="rate" className="font-medium" /> an hour for{' '}
          {orphans === 1 ? 'it' : 'them'}.
        </li>
      ) : null}
    </ul>
  )
}

/** What waits for an administrator: shown, with what it costs, and allowed by a button. */
export function BrakesPanel({ cloud }: { cloud: Cloud }) {
  const waits = cloud.held > 0 || cloud.other_account || cloud.untrusted
  const { data: brakes } = useQuery({ ...brakesQuery(cloud.id), enabled: waits })
  const release = useUrlDialog('release')
  if (!waits || !brakes) return null
  return (
    <>
      <Alert
        tone="danger"
        live
        title="This cloud needs your decision"
        action={
          <Button size="sm" onClick={() => release.onOpenChange(true)}>
            Decide…
          </Button>
        }
      >
        {brakes.other_account ? (
          <p>
            The token belongs to another account at the provider ({brakes.other_account}). No server is marked as lost
            and no machine is deleted. Give the cloud a token of its former account, or accept this one.
          </p>
        ) : null}
        {brakes.untrusted ? <p>{brakes.untrusted} Machines that no server owns are only reported.</p> : null}
        {brakes.held.length > 0 ? <Waiting brakes={brakes} /> : null}
      </Alert>
      {brakes.held.length > 0 ? (
        <Card aria-labelledby="brakes">
          <CardHeader id="brakes" title="Waiting for your decision" />
          <Table label="Waiting for your decision" columns={COLUMNS} rows={brakes.held} rowKey={(h) => h.id} />
        </Card>
      ) : null}
      <ReleaseDialog cloud={cloud} brakes={brakes} {...release} />
    </>
  )
}
