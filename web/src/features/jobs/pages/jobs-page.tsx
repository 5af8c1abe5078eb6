import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import { Page } from '@/components/page'
import { useRowSelection } from '@/components/row-selection'
import { jobCountsQuery, jobsQuery } from '@/features/jobs/api/queries'
import { BULK } from '@/features/jobs/bulk'
import { JobFilters, orgName } from '@/features/jobs/components/job-filters'
import { JobsTable } from '@/features/jobs/components/jobs-table'
import { ListHead } from '@/features/jobs/components/list-head'
import { QueuesPanel } from '@/features/jobs/components/queues-panel'
import { StatisticsPanel } from '@/features/jobs/components/statistics-panel'
import { filterNow, useJobFilter } from '@/features/jobs/filter'
import { changesSince, useFrozen } from '@/features/jobs/use-frozen'
import { cloudsQuery } from '@/lib/api/queries'
import type { BulkAction, BulkFilter } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { useUrlDialogOf } from '@/lib/use-url'

// Forms weigh 20 kB, and a list asks for none of them until a dialog opens.
const BulkDialog = lazy(() => import('@/features/jobs/components/bulk-dialog').then((m) => ({ default: m.BulkDialog })))

const PAGE_SIZE = 50
/** The API takes so many ids. */
const MAX_SELECTED = 500

export function JobsPage() {
  const { filter, cursor } = useJobFilter()
  const list = JSON.stringify(filter)
  const query = useQuery(jobsQuery(filter, { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }))
  const counts = useQuery(jobCountsQuery(filter))
  const [paused, setPaused] = useState(false)
  const live = query.isPlaceholderData ? undefined : query.data
  const data = useFrozen(live, paused, `${list} ${cursor}`) ?? query.data
  const rows = data?.items ?? []
  const selection = useRowSelection(
    list,
    rows.map((j) => j.id),
    MAX_SELECTED,
  )
  return (
    <Page title="Jobs" wide detail={<Attention />}>
      <JobFilters rows={rows} counts={counts.data} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 lg:grid-cols-2">
        <QueuesPanel />
        <StatisticsPanel />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
        <ListHead
          matches={counts.data?.matches}
          selection={selection}
          paused={paused}
          changes={paused && live ? changesSince(rows, live.items) : 0}
          onPause={setPaused}
        />
        <JobsTable query={{ ...query, data } as typeof query} selection={selection} />
      </div>
      <Bulk org={orgName(rows, filter.org)} selected={selection.keys} />
    </Page>
  )
}

/** What needs attention, before anything else. */
function Attention() {
  const { data } = useQuery(jobCountsQuery())
  if (!data?.attention) return 'Everything the panel does in the background.'
  return (
    <>
      <Link to="/admin/jobs?attention=true" className="font-medium text-danger hover:underline">
        {countOf(data.attention, 'job needs', 'jobs need')} attention
      </Link>
      : failed for good or stuck, and not yet retried or discarded.
    </>
  )
}

const ACTIONS = Object.keys(BULK) as BulkAction[]

/** A bulk action is about the rows that are selected, or about all that match. */
function Bulk({ org, selected }: { org: string | undefined; selected: string[] }) {
  const { dialog, of, close } = useUrlDialogOf()
  const { filter, any } = useJobFilter()
  const action = ACTIONS.find((a) => dialog === `bulk-${a}`)
  const one = of === 'selected'
  if (!action || (one ? selected.length === 0 : !any)) return null
  const meant: BulkFilter = one ? { ids: selected } : filterNow(filter)
  return <OneBulk key={dialog} {...{ action, org, meant }} onClose={close} />
}

interface OneBulkProps {
  action: BulkAction
  org: string | undefined
  meant: BulkFilter
  onClose: () => void
}

function OneBulk({ action, org, meant, onClose }: OneBulkProps) {
  const [filter] = useState(meant)
  const cloud = useQuery(cloudsQuery).data?.items.find((c) => c.id === filter.cloud)?.name
  return (
    <Suspense fallback={null}>
      <BulkDialog action={action} filter={filter} names={{ org, cloud }} onClose={onClose} />
    </Suspense>
  )
}
