import { useInfiniteQuery } from '@tanstack/react-query'
import { LoadMore } from '@/components/load-more'
import { RetryPanel } from '@/components/retry-panel'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { vpsJobsQuery } from '@/features/vps/api/queries'
import { JobCard } from '@/features/vps/components/job-card'
import type { Vps } from '@/lib/api/types'
import { isOpenJob } from '@/lib/status'
import { useOrg } from '@/lib/use-org'

/** Everything that was ever done to this server, newest first. */
export function VpsActivity({ vps }: { vps: Vps }) {
  const query = useInfiniteQuery(vpsJobsQuery(useOrg().id, vps.id))
  if (query.isError && !query.data) {
    return (
      <Card>
        <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    )
  }
  if (!query.data) return <Skeleton className="h-48 w-full rounded-lg" />
  const jobs = query.data.pages.flatMap((p) => p.items)
  return (
    <ol aria-label="Activity" className="grid gap-3">
      {jobs.map((job, i) => (
        <li key={job.id}>
          <JobCard job={job} open={i === 0 || isOpenJob(job.state)} />
        </li>
      ))}
      <LoadMore query={query} />
    </ol>
  )
}
