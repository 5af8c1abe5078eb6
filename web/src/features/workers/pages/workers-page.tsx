import { useQuery } from '@tanstack/react-query'
import { Cpu } from 'lucide-react'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { RetryPanel } from '@/components/retry-panel'
import { Stat } from '@/components/stat'
import { Alert } from '@/components/ui/alert'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { workersQuery } from '@/features/workers/api/queries'
import { WorkerDialogs } from '@/features/workers/components/worker-dialogs'
import { WorkerRow } from '@/features/workers/components/worker-row'
import { busyOf, isLive, latestVersion, unknownToAll, slotsOf, takesJobs, versions } from '@/features/workers/workers'
import type { Worker } from '@/lib/api/types'
import { countOf, formatCount } from '@/lib/numbers'
import { jobKind } from '@/lib/status'
import { useUrlDialogOf } from '@/lib/use-url'

export function WorkersPage() {
  const query = useQuery(workersQuery)
  const workers = query.data?.items
  return (
    <Page title="Workers" wide detail="The processes that run the jobs.">
      {workers ? (
        <WorkersView workers={workers} />
      ) : query.isError ? (
        <Card>
          <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <div aria-busy="true" className="grid gap-4">
          <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
            {[0, 1, 2, 3].map((n) => (
              <Skeleton key={n} className="h-[86px] rounded-lg" />
            ))}
          </div>
          <Skeleton className="h-64 w-full rounded-lg" />
        </div>
      )}
    </Page>
  )
}

function WorkersView({ workers }: { workers: Worker[] }) {
  const { dialog, of, close } = useUrlDialogOf()
  const chosen = workers.find((w) => w.id === of)
  if (workers.length === 0) {
    return (
      <Card>
        <Empty icon={<Cpu />} title="No workers yet">
          Jobs are accepted but wait. Start a worker process, and it appears here.
        </Empty>
      </Card>
    )
  }
  const live = workers.filter(isLive)
  const slots = sum(live, slotsOf)
  const latest = latestVersion(workers)
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat
          label="Live"
          value={formatCount(live.length)}
          detail={`${formatCount(live.filter(takesJobs).length)} take new jobs`}
        />
        <Stat
          label="Busy"
          value={`${formatCount(sum(live, busyOf))} of ${formatCount(slots)}`}
          detail={slots === 1 ? 'slot' : 'slots'}
        />
        <Stat label="Versions" value={versions(workers).length} detail={latest ? `newest ${latest}` : undefined} />
        <Stat label="Lost" value={formatCount(workers.length - live.length)} detail="their jobs continue elsewhere" />
      </div>
      <Skew workers={workers} latest={latest} />
      <Card className="overflow-hidden">
        <ul aria-label="Workers">
          {workers.map((w) => (
            <WorkerRow key={w.id} worker={w} latest={latest} />
          ))}
        </ul>
      </Card>
      {chosen ? <WorkerDialogs dialog={dialog} worker={chosen} workers={workers} onClose={close} /> : null}
    </>
  )
}

const sum = (workers: Worker[], of: (w: Worker) => number) => workers.reduce((total, w) => total + of(w), 0)

/** What a half-finished rollout means for the jobs. */
function Skew({ workers, latest }: { workers: Worker[]; latest: string | null }) {
  const all = versions(workers)
  const orphaned = unknownToAll(workers)
  return (
    <>
      {orphaned.length > 0 ? (
        <Alert tone="danger" title={`No worker knows ${orphaned.map(jobKind).join(', ')}`}>
          Jobs of {orphaned.length === 1 ? 'this kind' : 'these kinds'} are waiting, and no worker that takes new jobs
          can run them. They wait until a newer version is started.
        </Alert>
      ) : null}
      {all.length > 1 ? (
        <Alert tone="warning" title={`${all.length} versions are running side by side`}>
          {all.map(([version, n]) => `${version} on ${countOf(n, 'process', 'processes')}`).join(', ')}. Older workers
          skip kinds of job that they do not know. Stop them once {latest} works as it should.
        </Alert>
      ) : null}
    </>
  )
}
