import type { BulkFilter, JobFilter, StatisticsWindow } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { JOB_STATES, jobKind, jobState, QUEUES } from '@/lib/status'
import { formatDateTime } from '@/lib/time'
import { useUrl } from '@/lib/use-url'

export const FILTER_NAMES = [
  'state',
  'kind',
  'queue',
  'org',
  'cloud',
  'error',
  'q',
  'attention',
  'range',
  'since',
  'until',
] as const
type FilterName = (typeof FILTER_NAMES)[number]

/** How far back jobs were created: what the charts offer too. */
export const RANGES: { value: StatisticsWindow; label: string; seconds: number }[] = [
  { value: '1h', label: '1 h', seconds: 3600 },
  { value: '24h', label: '24 h', seconds: 86_400 },
  { value: '7d', label: '7 d', seconds: 7 * 86_400 },
]

/** A filter as the address has it: a range moves on with the time, until it is asked for. */
export type ListFilter = JobFilter & { range?: StatisticsWindow }

/** What an address says, as the API takes it: a state, queue or time that does not exist is left out. */
function filterOf(get: (name: FilterName) => string): ListFilter {
  const state = JOB_STATES.find((s) => s === get('state'))
  const queue = QUEUES.find((q) => q === get('queue'))
  const range = RANGES.find((r) => r.value === get('range'))?.value
  const texts = (['kind', 'org', 'cloud', 'error', 'q'] as const).flatMap((name) =>
    get(name) ? [[name, get(name)]] : [],
  )
  const times = range
    ? []
    : (['since', 'until'] as const).flatMap((name) =>
        Number.isNaN(Date.parse(get(name))) ? [] : [[name, new Date(get(name)).toISOString()]],
      )
  return {
    ...(state && { state }),
    ...(queue && { queue }),
    ...(range && { range }),
    ...(get('attention') === 'true' && { attention: true }),
    ...(Object.fromEntries([...texts, ...times]) as Omit<JobFilter, 'state' | 'queue' | 'attention'>),
  }
}

/** The filter at this moment: a range begins so long ago. */
export function filterNow({ range, ...filter }: ListFilter): JobFilter {
  const seconds = RANGES.find((r) => r.value === range)?.seconds
  return seconds ? { ...filter, since: new Date(serverNow() - seconds * 1000).toISOString() } : filter
}

/** The page's filters as the address has them: of the list, the counts, the charts and bulk actions alike. */
export function useJobFilter() {
  const { get, set } = useUrl()
  const filter = filterOf(get)
  return {
    filter,
    cursor: get('cursor'),
    any: Object.keys(filter).length > 0,
    set: (changes: Partial<Record<FilterName, string | null>>) => set(changes),
    clear: () => set(Object.fromEntries(FILTER_NAMES.map((name) => [name, null]))),
  }
}

/** What a filter says, for people: `State: Failed`. Names of clouds and organisations where they are known. */
export function filterWords(
  filter: BulkFilter,
  names: { org?: string | undefined; cloud?: string | undefined },
): [name: string, value: string][] {
  const words: Record<keyof JobFilter, [string, (value: string) => string]> = {
    state: ['State', (v) => jobState(v).words],
    kind: ['Kind', jobKind],
    queue: ['Queue', (v) => v],
    org: ['Organisation', (v) => names.org ?? v],
    cloud: ['Cloud', (v) => names.cloud ?? v],
    error: ['Error code', (v) => v],
    q: ['Search', (v) => `“${v}”`],
    attention: ['Only', () => 'those that need attention'],
    since: ['Created since', formatDateTime],
    until: ['Created before', formatDateTime],
  }
  return (Object.keys(words) as (keyof JobFilter)[]).flatMap((name) =>
    filter[name] ? [[words[name][0], words[name][1](String(filter[name]))] as [string, string]] : [],
  )
}
