import type { LiveActivity } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import { orgPath } from '@/lib/org-path'
import type { Toast } from '@/stores/toasts'

/** What is worth a word when it went well, and the word for several of a kind. */
const GOOD: Partial<Record<string, string>> = {
  'vps.running': 'servers are running',
  'vps.stopped': 'servers are shut down',
  'vps.deleted': 'servers are deleted',
}
/** Pages of an organisation that show every server's state or every event. */
const SHOWS_ALL = ['/dashboard', '/servers', '/activity']
const FRESH_MS = 60_000

/** Whether an event is worth a word on a page that does not show it anyway. */
export function newsOf(event: LiveActivity, pathname: string, now = serverNow()): Omit<Toast, 'id'> | null {
  const { org_id: org } = event
  if (event.entity_type !== 'vps' || !event.entity_id || !org) return null
  // Replayed after a gap: history, not news.
  if (now - new Date(event.created_at).getTime() > FRESH_MS) return null
  const to = orgPath(org, `/servers/${event.entity_id}`)
  if (pathname === to || SHOWS_ALL.some((page) => pathname === orgPath(org, page))) return null
  const bad = event.status === 'error'
  const several = bad ? 'servers need a look' : GOOD[event.event]
  if (!several) return null
  const deleted = event.event === 'vps.deleted'
  return {
    tone: bad ? 'danger' : 'success',
    title: event.message,
    about: event.entity_id,
    group: { kind: bad ? 'error' : event.event, several, to: orgPath(org, '/servers') },
    ...(deleted ? {} : { link: { to, label: 'Open server' } }),
  }
}
