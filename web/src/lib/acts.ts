import type { AdminActivity } from '@/lib/api/types'

/** What a person did, as a sentence that ends with "by Avery". */
const DONE: Record<string, string> = {
  'auth.demote': 'Made a plain user',
  'auth.login': 'Signed in',
  'auth.logout': 'Signed out',
  'auth.password_set': 'Password set',
  'auth.promote': 'Made an administrator',
  'auth.register': 'Registered',
  'billing.credit': 'Credited',
  'billing.payout': 'Payout recorded',
  'billing.refund_asked': 'Refunded',
  'billing.topup': 'Allocated',
  'cloud.change': 'Changed',
  'cloud.connect': 'Connected',
  'cloud.distrust': 'No longer trusted',
  'cloud.pause': 'Paused',
  'cloud.release': 'Released',
  'cloud.remove': 'Removed',
  'cloud.resume': 'Resumed',
  'cloud.sync': 'Catalog synced',
  'job.bulk': 'Many jobs changed',
  'job.cancel': 'Cancelled',
  'job.discard': 'Discarded',
  'job.retry': 'Retried',
  'plan.add': 'Created',
  'plan.change': 'Changed',
  'plan.remove': 'Deleted',
  'queue.pause': 'Paused',
  'queue.resume': 'Resumed',
  'queue.tune': 'Tuned',
  'schedule.change': 'Changed',
  'schedule.pause': 'Paused',
  'schedule.resume': 'Resumed',
  'schedule.run': 'Run by hand',
  'vps.boot': 'Booted',
  'vps.create': 'Ordered',
  'vps.delete': 'Deleted',
  'vps.keep': 'Kept',
  'vps.power': 'Switched',
  'vps.reboot': 'Rebooted',
  'vps.rename': 'Renamed',
  'vps.shutdown': 'Shut down',
  'worker.quiet': 'Made quiet',
  'worker.stop': 'Stopped',
  'worker.wake': 'Woken',
}

/** The nouns that events are about, for a filter. */
export const ACT_NOUNS: [noun: string, label: string][] = [
  ['auth', 'Sign-ins and users'],
  ['billing', 'Money'],
  ['cloud', 'Clouds'],
  ['job', 'Jobs'],
  ['plan', 'Plans'],
  ['queue', 'Queues'],
  ['schedule', 'Schedules'],
  ['vps', 'Servers'],
  ['worker', 'Workers'],
]

/** An act's verb: "Retried"; of what is not known, its own sentence. */
export const actVerb = (act: Pick<AdminActivity, 'event' | 'message'>) => DONE[act.event] ?? act.message

const OBJECTS: Record<string, { label: string; to?: (id: string) => string }> = {
  vps: { label: 'Server', to: (id) => `/admin/servers/${id}` },
  org: { label: 'Customer', to: (id) => `/admin/customers/${id}` },
  cloud: { label: 'Cloud', to: (id) => `/admin/clouds/${id}` },
  plan: { label: 'Plan', to: (id) => `/admin/plans?edit=${id}` },
  job: { label: 'Job', to: (id) => `/admin/jobs/${id}` },
  queue: { label: 'Queue', to: (id) => `/admin/jobs?queue=${encodeURIComponent(id)}` },
  schedule: { label: 'Schedule', to: (id) => `/admin/schedules?dialog=history&of=${encodeURIComponent(id)}` },
  worker: { label: 'Worker', to: () => '/admin/workers' },
  user: { label: 'User' },
}

/** The kinds of thing that an act may be about, for a filter. */
export const ACT_OBJECTS = Object.entries(OBJECTS).map(([type, { label }]) => [type, label] as const)

export interface ActObject {
  /** What kind of thing, for people: "Cloud". */
  kind: string
  /** What it is called. */
  name: string
  to: string | null
}

/** What an act was about, and where that can be seen. */
export function actObject(act: AdminActivity): ActObject | null {
  const { entity_type: type, entity_id: id } = act
  if (!type || !id) return null
  const known = OBJECTS[type]
  return { kind: known?.label ?? type, name: act.entity_label ?? id, to: known?.to?.(id) ?? null }
}

/** Who did it: the command line leaves a reason and no name. */
export const actorName = (act: Pick<AdminActivity, 'actor' | 'reason'>) =>
  act.actor?.name ?? (act.reason ? 'the command line' : null)
