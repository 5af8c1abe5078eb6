import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { ComboFilter } from '@/components/combo-filter'
import { SearchField } from '@/components/search-field'
import { StatusDot } from '@/components/status-dot'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { jobCountsQuery } from '@/features/jobs/api/queries'
import { TimeFilter } from '@/features/jobs/components/time-filter'
import { FILTER_NAMES, useJobFilter } from '@/features/jobs/filter'
import { cloudsQuery, customersQuery } from '@/lib/api/queries'
import type { AdminJob, JobCounts } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { formatShortCount } from '@/lib/numbers'
import { JOB_KINDS, JOB_STATES, jobKind, jobState, type StatusWords } from '@/lib/status'
import { useDebounced } from '@/lib/use-debounced'

const MAX_CHOICES = 8

/** What needs attention, then counts by state of what the other filters leave; each is a filter. */
function StateChips({ data }: { data: JobCounts | undefined }) {
  const { filter, set } = useJobFilter()
  return (
    <div role="group" aria-label="State" className="flex flex-wrap gap-1.5">
      <Chip
        status={{ words: 'Needs attention', tone: 'danger', moving: false }}
        count={data?.attention}
        on={filter.attention === true}
        onToggle={(on) => set({ attention: on ? 'true' : null, state: null })}
      />
      {JOB_STATES.map((state) => (
        <Chip
          key={state}
          status={jobState(state)}
          count={data && (data.by_state[state] ?? 0)}
          on={filter.state === state}
          onToggle={(on) => set({ state: on ? state : null, attention: null })}
        />
      ))}
    </div>
  )
}

interface ChipProps {
  status: StatusWords
  count: number | undefined
  on: boolean
  onToggle: (on: boolean) => void
}

function Chip({ status, count, on, onToggle }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onToggle(!on)}
      className={cn(
        'flex h-8 shrink-0 items-center gap-2 rounded-md border bg-surface px-2 text-[13px] transition-colors hover:border-line touch:h-11',
        on && 'border-accent bg-accent-soft ring-1 ring-accent',
      )}
    >
      <StatusDot status={{ ...status, moving: false }} />
      <span className="num font-semibold">{count === undefined ? '·' : formatShortCount(count)}</span>
    </button>
  )
}

/** Everything the page can be narrowed by, in one bar and in the address: list, counts and charts follow it alike. */
export function JobFilters({ rows, counts }: { rows: AdminJob[]; counts: JobCounts | undefined }) {
  return (
    <section aria-label="Filters" className="grid grid-cols-[minmax(0,1fr)] gap-2.5 rounded-lg border bg-surface p-2.5">
      <StateChips data={counts} />
      <Narrow rows={rows} />
    </section>
  )
}

function Narrow({ rows }: { rows: AdminJob[] }) {
  const { filter, set } = useJobFilter()
  const queues = useQuery(jobCountsQuery()).data?.by_queue.map((q) => q.queue) ?? []
  const clouds = useQuery(cloudsQuery).data?.items ?? []
  const kinds = unique([...JOB_KINDS, ...rows.map((j) => j.kind), filter.kind])
  const [shown, setShown] = useState(false)
  const chosen = FILTER_NAMES.filter(
    (name) => name !== 'q' && name !== 'state' && name !== 'attention' && filter[name],
  ).length
  const rest = shown ? '' : 'max-sm:hidden'
  return (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-center">
      <div className="col-span-2 flex gap-2 sm:contents">
        <SearchField label="Search by server or job ID" placeholder="Server or job ID" />
        <Button className="sm:hidden" aria-expanded={shown} onClick={() => setShown(!shown)}>
          <SlidersHorizontal aria-hidden className="size-4" /> Filters{chosen > 0 ? ` (${chosen})` : ''}
        </Button>
      </div>
      <Select
        aria-label="Kind"
        className={cn('sm:w-30', rest)}
        value={filter.kind ?? ''}
        onChange={(e) => set({ kind: e.target.value })}
      >
        <option value="">Any kind</option>
        {kinds.map((k) => (
          <option key={k} value={k}>
            {jobKind(k)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Queue"
        className={cn('sm:w-33', rest)}
        value={filter.queue ?? ''}
        onChange={(e) => set({ queue: e.target.value })}
      >
        <option value="">Any queue</option>
        {unique([...queues, filter.queue]).map((q) => (
          <option key={q}>{q}</option>
        ))}
      </Select>
      <Select
        aria-label="Cloud"
        className={cn('sm:w-30', rest)}
        value={filter.cloud ?? ''}
        onChange={(e) => set({ cloud: e.target.value })}
      >
        <option value="">Any cloud</option>
        {clouds.map((c) => (
          <option key={c.id} value={c.id}>
            {c.name}
          </option>
        ))}
        {filter.cloud && !clouds.some((c) => c.id === filter.cloud) ? (
          <option value={filter.cloud}>{filter.cloud}</option>
        ) : null}
      </Select>
      <OrganisationFilter rows={rows} className={rest} />
      <ErrorFilter rows={rows} className={rest} />
      <TimeFilter className={cn('sm:w-32', rest)} />
    </div>
  )
}

const unique = (values: (string | undefined)[]) => [...new Set(values.filter((v) => v !== undefined))]

/** The name of the organisation that is filtered by, as far as the rows tell it. */
export const orgName = (rows: AdminJob[], org: string | undefined) =>
  rows.find((j) => j.organisation?.id === org)?.organisation?.name

interface FilterProps {
  rows: AdminJob[]
  className: string
}

function OrganisationFilter({ rows, className }: FilterProps) {
  const { filter, set } = useJobFilter()
  const [text, setText] = useState<string | null>(null)
  const q = useDebounced((text ?? '').trim(), 150)
  const { data } = useQuery({ ...customersQuery({ limit: MAX_CHOICES, ...(q ? { q } : {}) }), enabled: text !== null })
  const options = (data?.items ?? []).map((c) => ({ value: c.org_id, label: c.name, detail: c.owner.email }))
  const chosen = filter.org
    ? (orgName(rows, filter.org) ?? options.find((o) => o.value === filter.org)?.label ?? filter.org)
    : ''
  return (
    <ComboFilter
      label="Organisation"
      className={cn('sm:w-42', className)}
      chosen={chosen}
      options={options}
      onText={setText}
      onPick={(org) => set({ org })}
    />
  )
}

function ErrorFilter({ rows, className }: FilterProps) {
  const { filter, set } = useJobFilter()
  const [text, setText] = useState('')
  const codes = new Map<string, number>()
  for (const { error } of rows) if (error) codes.set(error.code, (codes.get(error.code) ?? 0) + 1)
  const options = [...codes]
    .filter(([code]) => code.includes(text.trim().toLowerCase()))
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_CHOICES)
    .map(([code, n]) => ({ value: code, label: code, detail: `${n} on this page` }))
  return (
    <ComboFilter
      label="Error code"
      className={cn('sm:w-38', className)}
      free
      chosen={filter.error ?? ''}
      options={options}
      onText={setText}
      onPick={(error) => set({ error })}
    />
  )
}
