import type { QueryKey } from '@tanstack/react-query'
import type { LiveActivity, LiveJob } from '@/lib/api/types'
import { nounNow } from '@/lib/former-names'

const ADMIN: QueryKey[] = [['admin']]

/** Which queries an activity makes stale. */
export function staleAfterActivity(e: LiveActivity, own: boolean): QueryKey[] {
  const about = new Set([e.event.split('.')[0] ?? '', e.entity_type ?? ''].map(nounNow))
  const keys: QueryKey[] = [...ADMIN]
  if (about.has('plan') || about.has('cloud')) keys.push(['plans'])
  if (!own) return keys
  keys.push(['activity'])
  if (about.has('vps')) keys.push(['vps'], ['wallet'])
  if (['billing', 'ledger', 'wallet', 'credit', 'payment', 'organisation', 'org', 'customer'].some((n) => about.has(n)))
    keys.push(['wallet'], ['vps'])
  if (about.has('user') || about.has('auth') || about.has('organisation')) keys.push(['me'])
  return keys
}

/** Which queries a job's step makes stale. */
export function staleAfterJob(e: LiveJob, own: boolean): QueryKey[] {
  const keys: QueryKey[] = [
    ['admin', 'jobs'],
    ['admin', 'clouds'],
    ['admin', 'overview'],
    ['admin', 'schedules'],
  ]
  if (own && e.vps_id) keys.push(['vps', 'list'], ['vps', 'one', e.vps_id], ['vps', 'jobs', e.vps_id])
  return keys
}
