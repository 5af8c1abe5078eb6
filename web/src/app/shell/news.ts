import type { LiveActivity } from '@/lib/api/types'
import { serverNow } from '@/lib/clock'
import type { Toast } from '@/stores/toasts'

const GOOD = new Set(['vps.running', 'vps.stopped', 'vps.deleted'])
const FRESH_MS = 60_000

/** Whether an event is worth a word on a page that does not show it anyway. */
export function newsOf(event: LiveActivity, pathname: string, now = serverNow()): Omit<Toast, 'id'> | null {
  if (event.entity_type !== 'vps' || !event.entity_id) return null
  // Replayed after a gap: history, not news.
  if (now - new Date(event.created_at).getTime() > FRESH_MS) return null
  const to = `/servers/${event.entity_id}`
  if (pathname === to || pathname === '/activity') return null
  const bad = event.status === 'error'
  if (!bad && !GOOD.has(event.event)) return null
  const deleted = event.event === 'vps.deleted'
  return {
    tone: bad ? 'danger' : 'success',
    title: event.message,
    ...(deleted ? {} : { link: { to, label: 'Open server' } }),
  }
}
