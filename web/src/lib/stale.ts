import type { QueryKey } from '@tanstack/react-query'
import type { LiveActivity, LiveJob } from '@/lib/api/types'
import { nounNow } from '@/lib/former-names'

const ADMIN: QueryKey[] = [['admin']]
/** What moves money, or says whose it is. */
const MONEY = ['billing', 'ledger', 'wallet', 'credit', 'payment', 'organisation', 'org', 'customer']
/** What a person is, and may do where. */
const PERSON = ['user', 'auth', 'organisation', 'org', 'member', 'invitation']

/** The reader's own organisations that an event concerns: the one that it names, or all for the platform's. */
const concerned = ({ org_id }: LiveActivity | LiveJob, mine: readonly string[]): readonly string[] =>
  org_id == null ? mine : mine.filter((org) => org === org_id)

/** Which queries an activity makes stale, for a reader who belongs to these organisations. */
export function staleAfterActivity(e: LiveActivity, mine: readonly string[]): QueryKey[] {
  const about = new Set([e.event.split('.')[0] ?? '', e.entity_type ?? ''].map(nounNow))
  const isAbout = (nouns: string[]) => nouns.some((noun) => about.has(noun))
  const keys: QueryKey[] = [...ADMIN]
  if (isAbout(['plan', 'cloud'])) keys.push(...mine.map((org) => [org, 'plans']))
  const orgs = concerned(e, mine)
  for (const org of orgs) {
    // What is kept under its own noun, such as members or keys, needs no line here.
    keys.push([org, 'activity'], ...[...about].filter((noun) => noun !== '').map((noun) => [org, noun]))
    if (isAbout(['vps', ...MONEY])) keys.push([org, 'vps'], [org, 'wallet'])
  }
  if (orgs.length > 0 && isAbout(PERSON)) keys.push(['me'])
  return keys
}

/** Which queries a job's step makes stale, for a reader who belongs to these organisations. */
export function staleAfterJob(e: LiveJob, mine: readonly string[]): QueryKey[] {
  const keys: QueryKey[] = [
    ['admin', 'jobs'],
    ['admin', 'clouds'],
    ['admin', 'overview'],
    ['admin', 'schedules'],
  ]
  for (const org of e.vps_id ? concerned(e, mine) : [])
    keys.push([org, 'vps', 'list'], [org, 'vps', 'one', e.vps_id], [org, 'vps', 'jobs', e.vps_id])
  return keys
}
