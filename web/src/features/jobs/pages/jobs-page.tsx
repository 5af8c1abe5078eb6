import { useQuery } from '@tanstack/react-query'
import { Ban, ListFilter, RotateCw, Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuLabel } from '@/components/ui/menu'
import { jobCountsQuery, jobsQuery } from '@/features/jobs/api/queries'
import { BULK, BulkDialog } from '@/features/jobs/components/bulk-dialog'
import { JobFilters, orgName, StateChips } from '@/features/jobs/components/job-filters'
import { JobsTable } from '@/features/jobs/components/jobs-table'
import { QueuesStrip } from '@/features/jobs/components/queues-strip'
import { StatisticsPanel } from '@/features/jobs/components/statistics-panel'
import { useJobFilter } from '@/features/jobs/filter'
import { cloudsQuery } from '@/lib/api/queries'
import type { BulkAction } from '@/lib/api/types'
import { countOf } from '@/lib/numbers'
import { useUrl } from '@/lib/use-url'

const PAGE_SIZE = 50
const ACTIONS: { action: BulkAction; icon: typeof Ban }[] = [
  { action: 'retry', icon: RotateCw },
  { action: 'cancel', icon: Ban },
  { action: 'discard', icon: Trash2 },
]

export function JobsPage() {
  const { filter, cursor } = useJobFilter()
  const query = useQuery(jobsQuery({ limit: PAGE_SIZE, ...filter, ...(cursor ? { cursor } : {}) }))
  const rows = query.data?.items ?? []
  return (
    <Page title="Jobs" wide detail={<Attention />} actions={<BulkMenu />}>
      <StateChips />
      <QueuesStrip />
      <StatisticsPanel />
      <JobFilters rows={rows} />
      <JobsTable query={query} />
      <Bulk org={orgName(rows, filter.org)} />
    </Page>
  )
}

/** What needs attention, before anything else. */
function Attention() {
  const { data } = useQuery(jobCountsQuery)
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

/** Bulk actions apply to what the filters leave, so there has to be one. */
function BulkMenu() {
  const { any } = useJobFilter()
  const { set } = useUrl()
  return (
    <Menu
      trigger={
        <Button>
          <ListFilter aria-hidden className="size-4" /> Bulk actions
        </Button>
      }
    >
      {any ? null : <MenuLabel>Filter the list first: bulk actions apply to all matching jobs.</MenuLabel>}
      {ACTIONS.map(({ action, icon: Icon }) => (
        <MenuItem
          key={action}
          disabled={!any}
          danger={BULK[action].danger}
          onSelect={() => set({ dialog: `bulk-${action}` }, { push: true })}
        >
          <Icon aria-hidden /> {BULK[action].menu}
        </MenuItem>
      ))}
    </Menu>
  )
}

function Bulk({ org }: { org: string | undefined }) {
  const { get, set } = useUrl()
  const { filter, any } = useJobFilter()
  const cloud = useQuery(cloudsQuery).data?.items.find((c) => c.id === filter.cloud)?.name
  const chosen = ACTIONS.find(({ action }) => get('dialog') === `bulk-${action}`)
  if (!chosen || !any) return null
  return (
    <BulkDialog action={chosen.action} filter={filter} names={{ org, cloud }} onClose={() => set({ dialog: null })} />
  )
}
