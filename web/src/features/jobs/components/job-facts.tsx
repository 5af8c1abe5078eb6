import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { CopyText } from '@/components/copy-text'
import { At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { JobLink } from '@/features/jobs/components/job-link'
import type { AdminJob } from '@/lib/api/types'
import { formatDuration } from '@/lib/numbers'
import { isOpenJob } from '@/lib/status'

const dash = <span className="text-muted">—</span>
const LINK = 'text-accent hover:underline'

/** The trace's id, the part that tracing tools search for. */
const traceId = (traceparent: string) => traceparent.split('-')[1] ?? traceparent

export function JobFacts({ job }: { job: AdminJob }) {
  const { organisation, cloud, retry_of, taken_up_by, traceparent } = job
  const items: [string, ReactNode][] = [
    [
      'Kind',
      <Link key="k" to={`/admin/jobs?kind=${job.kind}`} className="font-mono text-xs hover:text-accent hover:underline">
        {job.kind}
      </Link>,
    ],
    [
      'Queue',
      <Link key="q" to={`/admin/jobs?queue=${job.queue}`} className="hover:text-accent hover:underline">
        {job.queue}
      </Link>,
    ],
    [
      'Organisation',
      organisation ? (
        <Link key="o" to={`/admin/customers/${organisation.id}`} className={LINK}>
          {organisation.name}
        </Link>
      ) : (
        dash
      ),
    ],
    ['By', job.actor?.name ?? 'System'],
    ...(cloud
      ? ([
          [
            'Cloud',
            <Link key="c" to={`/admin/clouds/${cloud.id}`} className={LINK}>
              {cloud.name}
            </Link>,
          ],
        ] as [string, ReactNode][])
      : []),
    [
      'Failed attempts',
      <span key="a" className="num">
        {job.attempts} of {job.max_attempts}
      </span>,
    ],
    [
      'Crashes',
      <span key="c" className="num">
        {job.crashes}
      </span>,
    ],
    [
      'Priority',
      <span key="p" className="num">
        {job.priority}
      </span>,
    ],
    ['Created', <At key="t" at={job.created_at} />],
    ['Started', job.started_at ? <At key="s" at={job.started_at} /> : dash],
    ...(isOpenJob(job.state) && job.state !== 'stuck'
      ? ([['Runs next', <At key="r" at={job.run_at} />]] as [string, ReactNode][])
      : []),
    ['Deadline', <At key="d" at={job.deadline_at} />],
    ['Finished', job.finished_at ? <At key="f" at={job.finished_at} /> : dash],
    [
      'Queued for',
      <span key="w" className="num">
        {job.wait_s == null ? dash : formatDuration(job.wait_s)}
      </span>,
    ],
    [
      'Ran',
      <span key="u" className="num">
        {formatDuration(job.run_s)}
      </span>,
    ],
    ...(retry_of ? ([['Retry of', <JobLink key="ro" id={retry_of} />]] as [string, ReactNode][]) : []),
    ...(taken_up_by ? ([['Retried as', <JobLink key="tu" id={taken_up_by} />]] as [string, ReactNode][]) : []),
    ...(traceparent
      ? ([['Trace', <CopyText key="tr" text={traceId(traceparent)} what="trace ID" wrap className="text-xs" />]] as [
          string,
          ReactNode,
        ][])
      : []),
    ['ID', <CopyText key="i" text={job.id} what="job ID" wrap className="text-xs" />],
  ]
  return (
    <Card aria-labelledby="facts">
      <CardHeader id="facts" title="Details" />
      <CardBody>
        <Facts items={items} />
      </CardBody>
    </Card>
  )
}
