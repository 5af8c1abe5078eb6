import type { AdminJob, Job, JobState, Queue, Vps, VpsAction, VpsStatus } from '@/lib/api/types'
import { kindNow } from '@/lib/former-names'

export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info'

export interface StatusWords {
  words: string
  tone: Tone
  /** Something is in progress. */
  moving: boolean
}

const VPS: Record<string, StatusWords> = {
  requested: { words: 'Creating…', tone: 'info', moving: true },
  provisioning: { words: 'Creating…', tone: 'info', moving: true },
  running: { words: 'Running', tone: 'success', moving: false },
  stopped: { words: 'Stopped', tone: 'neutral', moving: false },
  failed: { words: 'Failed', tone: 'danger', moving: false },
  deleting: { words: 'Deleting…', tone: 'warning', moving: true },
  deleted: { words: 'Deleted', tone: 'neutral', moving: false },
  lost: { words: 'Unreachable', tone: 'danger', moving: false },
  suspended: { words: 'Suspended', tone: 'warning', moving: false },
  resizing: { words: 'Resizing…', tone: 'info', moving: true },
  rebuilding: { words: 'Rebuilding…', tone: 'info', moving: true },
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

interface ActionWords {
  /** What a button says, and "Reboot server" of the same job before operators. */
  verb: string
  now: string
  done: string
  failed: string
  cancelled: string
  delayed: string
}

/** What a job does to a server, in every form that pages need. */
const ACTIONS: Record<VpsAction, ActionWords> = {
  create: {
    verb: 'Create',
    now: 'Creating…',
    done: 'Created',
    failed: 'Could not be created',
    cancelled: 'Creation cancelled',
    delayed: 'Creation delayed',
  },
  boot: {
    verb: 'Boot',
    now: 'Booting…',
    done: 'Booted',
    failed: 'Could not be booted',
    cancelled: 'Boot cancelled',
    delayed: 'Boot delayed',
  },
  shutdown: {
    verb: 'Shut down',
    now: 'Shutting down…',
    done: 'Shut down',
    failed: 'Could not be shut down',
    cancelled: 'Shutdown cancelled',
    delayed: 'Shutdown delayed',
  },
  reboot: {
    verb: 'Reboot',
    now: 'Rebooting…',
    done: 'Rebooted',
    failed: 'Could not be rebooted',
    cancelled: 'Reboot cancelled',
    delayed: 'Reboot delayed',
  },
  delete: {
    verb: 'Delete',
    now: 'Deleting…',
    done: 'Deleted',
    failed: 'Could not be deleted',
    cancelled: 'Deletion cancelled',
    delayed: 'Deletion delayed',
  },
}

/** Of a job that this build does not know. */
const OTHER_ACTION: ActionWords = {
  verb: 'Change',
  now: 'Changing…',
  done: 'Changed',
  failed: 'Could not be changed',
  cancelled: 'Change cancelled',
  delayed: 'Change delayed',
}

const wordsOf = (action: string | null | undefined): ActionWords =>
  (ACTIONS as Partial<Record<string, ActionWords>>)[action ?? ''] ?? OTHER_ACTION

export const actionVerb = (action: string | null | undefined) => wordsOf(action).verb

/** A job of a server as its status: "Rebooting…", "Rebooted", "Could not be rebooted". */
export function jobOfVps(job: Pick<Job, 'action' | 'state' | 'attempts'>): StatusWords {
  const words = wordsOf(job.action)
  if (job.state === 'succeeded') return { words: words.done, tone: 'success', moving: false }
  if (job.state === 'failed') return { words: words.failed, tone: 'danger', moving: false }
  if (job.state === 'cancelled') return { words: words.cancelled, tone: 'neutral', moving: false }
  if (job.state === 'stuck') return { words: words.delayed, tone: 'warning', moving: false }
  return { words: words.now, tone: isTryingAgain(job) || job.action === 'delete' ? 'warning' : 'info', moving: true }
}

/** A try failed, and another follows or is in progress; one that waits has got further by now. */
export const isTryingAgain = (job: Pick<Job, 'state' | 'attempts'>) =>
  job.state === 'retry' || (job.attempts > 0 && ['queued', 'running'].includes(job.state))

/** The status by itself: for filters and counts. */
export const vpsStatus = (status: string) => VPS[status] ?? unknown(status)

/** What happens to a server now, else its status: what pages show. */
export const vpsNow = (vps: Pick<Vps, 'status' | 'job'>): StatusWords =>
  vps.job && isOpenJob(vps.job.state) ? jobOfVps(vps.job) : vpsStatus(vps.status)

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
  'vps.power': 'Boot, shut down or reboot server',
  'vps.delete': 'Delete server',
  'billing.charge': 'Hourly billing',
  'billing.charge_chunk': 'Hourly billing, a part',
  'billing.watch': 'Watch wallets',
  'mail.send': 'Send email',
  'payment.open': 'Prepare payment',
  'payment.settle': 'Settle payment',
  'payment.refund': 'Refund payment',
  'payment.events': 'Read payment messages',
  'payment.poll': 'Look at payments',
  'payment.report': 'Compare payments',
  'platform.tidy': 'Clean up',
  'user.reset_factors': 'Reset second factors',
  'user.export': 'Copy a person’s data',
  'user.erase': 'Erase a person',
  'ledger.seal': 'Chain journals',
  'invoice.issue': 'Issue documents',
  'invoice.render': 'Draw a document',
  'platform.probe': 'Probe',
  'platform.bulk': 'Bulk action',
  'platform.archive': 'Archive jobs',
}

export const JOB_KINDS = Object.keys(KINDS)
export const jobKind = (kind: string) => KINDS[kindNow(kind)] ?? kind

/** What a job does, before operators: its action on a server, else its kind. */
export const jobName = (job: Pick<AdminJob, 'kind' | 'action'>) =>
  job.action ? `${actionVerb(job.action)} server` : jobKind(job.kind)

/** Work that is not over yet. */
export const isOpenJob = (state: string) => ['queued', 'running', 'waiting', 'retry', 'stuck'].includes(state)
