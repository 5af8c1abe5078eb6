import { ACT_NOUNS, ACT_OBJECTS } from '@/lib/acts'
import type { ActFilter } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { useUrl } from '@/lib/use-url'

/** How far back the list goes, by its word in the address. */
export const SINCE: Record<string, { label: string; hours: number }> = {
  '1h': { label: 'Last hour', hours: 1 },
  '24h': { label: 'Last 24 hours', hours: 24 },
  '7d': { label: 'Last 7 days', hours: 7 * 24 },
  '30d': { label: 'Last 30 days', hours: 30 * 24 },
}

export const BY = { administrator: 'Administrators', customer: 'Customers', platform: 'SkyPanel itself' } as const

const NAMES = ['by', 'actor', 'event', 'type', 'object', 'org', 'reasoned', 'since', 'q'] as const
type Name = (typeof NAMES)[number]

const MINUTE_MS = 60_000

/** A moment so many hours ago; by the minute, so that the same address is the same query. */
const ago = (hours: number) =>
  new Date(Math.floor(serverNow() / MINUTE_MS) * MINUTE_MS - hours * 60 * MINUTE_MS).toISOString()

/** The filters as the address has them, and as the API takes them; words that do not exist are left out. */
export function useAuditFilter() {
  const { get, set } = useUrl()
  const by = (Object.keys(BY) as (keyof typeof BY)[]).find((word) => word === get('by'))
  const event = get('event')
  const known = ACT_NOUNS.some(([noun]) => event === noun || event.startsWith(`${noun}.`))
  const type = ACT_OBJECTS.find(([word]) => word === get('type'))?.[0]
  const since = SINCE[get('since')]
  const filter: ActFilter = {
    ...(by && { by }),
    ...(/^user_\w{26}$/.test(get('actor')) && { actor: get('actor') }),
    ...(event && known && { event }),
    ...(type && { entity_type: type }),
    ...(get('object') && { entity_id: get('object') }),
    ...(/^org_\w{26}$/.test(get('org')) && { org: get('org') }),
    ...(get('reasoned') === 'true' && { reasoned: true }),
    ...(since && { since: ago(since.hours) }),
    ...(get('q') && { q: get('q') }),
  }
  return {
    filter,
    get: (name: Name) => get(name),
    cursor: get('cursor'),
    any: Object.keys(filter).length > 0,
    set: (changes: Partial<Record<Name, string | null>>) => set(changes),
    clear: () => set(Object.fromEntries(NAMES.map((name) => [name, null]))),
  }
}
