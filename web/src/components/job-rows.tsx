import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Ago } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { StatusDot } from '@/components/status-dot'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { jobsAboutQuery } from '@/lib/api/queries'
import type { AdminJob, JobFilter } from '@/lib/api/types'
import { jobKind, jobState } from '@/lib/status'

const SHOWN = 8

/** One job in a line: what it does to what, how it stands, since when. */
export function JobRow({ job }: { job: AdminJob }) {
  return (
    <Link
      to={`/admin/jobs/${job.id}`}
      className="flex min-h-11 items-center gap-4 px-4 py-1.5 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
    >
      <span className="min-w-0 flex-1 wrap-anywhere">
        {jobKind(job.kind)}
        {job.target?.label ? <span className="text-muted"> {job.target.label}</span> : null}
      </span>
      <StatusDot status={jobState(job.state)} className="text-[13px]" />
      <span className="w-16 shrink-0 text-right text-[13px] text-muted max-sm:hidden">
        <Ago at={job.created_at} suffix={false} />
      </span>
    </Link>
  )
}

/** The newest jobs about one thing, with the way to all of them. */
export function JobRows({ filter, all }: { filter: JobFilter; all: string }) {
  const query = useQuery(jobsAboutQuery({ ...filter, limit: SHOWN }))
  return (
    <Card aria-labelledby="jobs-about">
      <CardHeader
        id="jobs-about"
        title="Jobs"
        action={
          <Link
            to={all}
            className="inline-flex min-h-6 items-center text-[13px] font-medium text-accent hover:underline"
          >
            All jobs
          </Link>
        }
      />
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-24" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 py-6 text-center text-muted sm:px-5">No jobs yet.</p>
          ) : (
            <ul>
              {items.map((job) => (
                <li key={job.id} className="border-b last:border-b-0">
                  <JobRow job={job} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryPanel>
    </Card>
  )
}
