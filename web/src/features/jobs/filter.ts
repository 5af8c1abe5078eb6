import type { JobFilter } from '@/lib/api/types'
import { JOB_STATES, jobKind, jobState, QUEUES } from '@/lib/status'
import { useUrl } from '@/lib/use-url'

export const FILTER_NAMES = ['state', 'kind', 'queue', 'org', 'cloud', 'error', 'q', 'attention'] as const
type FilterName = (typeof FILTER_NAMES)[number]

/** What an address says, as the API takes it: a state or queue that does not exist is left out. */
function filterOf(get: (name: FilterName) => string): JobFilter {
  const state = JOB_STATES.find((s) => s === get('state'))
  const queue = QUEUES.find((q) => q === get('queue'))
  const texts = (['kind', 'org', 'cloud', 'error', 'q'] as const).flatMap((name) =>
    get(name) ? [[name, get(name)]] : [],
  )
  return {
    ...(state && { state }),
    ...(queue && { queue }),
    ...(get('attention') === 'true' && { attention: true }),
    ...(Object.fromEntries(texts) as Omit<JobFilter, 'state' | 'queue' | 'attention'>),
  }
}

/** The list's filters as the address has them; the same choose what a bulk action takes. */
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
  filter: JobFilter,
  names: { org?: string | undefined; cloud?: string | undefined },
): [name: string, value: string][] {
  const words: Record<FilterName, [string, (value: string) => string]> = {
    state: ['State', (v) => jobState(v).words],
    kind: ['Kind', jobKind],
    queue: ['Queue', (v) => v],
    org: ['Organisation', (v) => names.org ?? v],
    cloud: ['Cloud', (v) => names.cloud ?? v],
    error: ['Error code', (v) => v],
    q: ['Search', (v) => `“${v}”`],
    attention: ['Only', () => 'those that need attention'],
  }
  return FILTER_NAMES.flatMap((name) =>
    filter[name] ? [[words[name][0], words[name][1](String(filter[name]))] as [string, string]] : [],
  )
}
