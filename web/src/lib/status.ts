import type { JobState, Queue, VpsStatus } from '@/lib/api/types'
import { kindNow } from '@/lib/former-names'

export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info'

export interface StatusWords {
  words: string
  tone: Tone
  /** Something is in progress. */
  moving: boolean
}

const VPS: Record<string, StatusWords> = {
  requested: { words: 'Requested', tone: 'info', moving: true },
  provisioning: { words: 'Provisioning', tone: 'info', moving: true },
  running: { words: 'Running', tone: 'success', moving: false },
  stopped: { words: 'Stopped', tone: 'neutral', moving: false },
  failed: { words: 'Failed', tone: 'danger', moving: false },
  deleting: { words: 'Deleting', tone: 'warning', moving: true },
  deleted: { words: 'Deleted', tone: 'neutral', moving: false },
  lost: { words: 'Unreachable', tone: 'danger', moving: false },
  suspended: { words: 'Suspended', tone: 'warning', moving: false },
  resizing: { words: 'Resizing', tone: 'info', moving: true },
  rebuilding: { words: 'Rebuilding', tone: 'info', moving: true },
}

const JOB: Record<string, StatusWords> = {
  queued: { words: 'Queued', tone: 'neutral', moving: false },
  running: { words: 'Running', tone: 'info', moving: true },
  waiting: { words: 'Waiting', tone: 'info', moving: true },
  retry: { words: 'Trying again', tone: 'warning', moving: true },
  succeeded: { words: 'Succeeded', tone: 'success', moving: false },
  failed: { words: 'Failed', tone: 'danger', moving: false },
  cancelled: { words: 'Cancelled', tone: 'neutral', moving: false },
  stuck: { words: 'Stuck', tone: 'danger', moving: false },
}

const CLOUD: Record<string, StatusWords> = {
  pending: { words: 'Checking', tone: 'info', moving: true },
  valid: { words: 'Connected', tone: 'success', moving: false },
  invalid: { words: 'Token refused', tone: 'danger', moving: false },
}

const WORKER: Record<string, StatusWords> = {
  running: { words: 'Running', tone: 'success', moving: false },
  quiet: { words: 'Quiet', tone: 'warning', moving: false },
  stopping: { words: 'Stopping', tone: 'warning', moving: true },
  lost: { words: 'Lost', tone: 'danger', moving: false },
}

const unknown = (status: string): StatusWords => ({
  words: status.charAt(0).toUpperCase() + status.slice(1),
  tone: 'neutral',
  moving: false,
})

export const vpsStatus = (status: string) => VPS[status] ?? unknown(status)
export const jobState = (state: string) => JOB[state] ?? unknown(state)
export const workerState = (state: string) => WORKER[state] ?? unknown(state)
export const cloudStatus = (status: string) => CLOUD[status] ?? unknown(status)

export const VPS_STATUSES: VpsStatus[] = ['running', 'stopped', 'provisioning', 'failed', 'deleting', 'deleted']
export const JOB_STATES: JobState[] = [
  'queued',
  'running',
  'waiting',
  'retry',
  'succeeded',
  'failed',
  'cancelled',
  'stuck',
]
export const QUEUES: Queue[] = ['provision', 'power', 'billing', 'mail', 'upkeep']

const KINDS: Record<string, string> = {
  'cloud.validate': 'Check cloud',
  'cloud.watch': 'Watch cloud',
  'cloud.reconcile': 'Reconcile cloud',
  'cloud.sync': 'Sync catalog',
  'vps.provision': 'Create server',
  'vps.power': 'Power action',
  'vps.delete': 'Delete server',
  'billing.charge': 'Hourly billing',
  'mail.send': 'Send email',
  'platform.tidy': 'Clean up',
  'platform.probe': 'Probe',
  'platform.bulk': 'Bulk action',
  'platform.archive': 'Archive jobs',
}

/** The same in a customer's words: the difference between waiting and running is ours. */
export function jobStateForCustomer(state: string): StatusWords {
  const open: Record<string, string> = {
    queued: 'Queued',
    running: 'In progress',
    waiting: 'In progress',
    retry: 'Trying again',
    stuck: 'Delayed',
  }
  const words = open[state]
  return words
    ? { words, tone: state === 'stuck' || state === 'retry' ? 'warning' : 'info', moving: true }
    : jobState(state)
}

export const JOB_KINDS = Object.keys(KINDS)
export const jobKind = (kind: string) => KINDS[kindNow(kind)] ?? kind

/** Work that is not over yet. */
export const isOpenJob = (state: string) => ['queued', 'running', 'waiting', 'retry', 'stuck'].includes(state)
