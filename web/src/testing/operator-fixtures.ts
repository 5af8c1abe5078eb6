import type {
  AdminActivity,
  AdminJob,
  Cloud,
  Figures,
  JobCounts,
  PriceMove,
  QueueFigures,
  Schedule,
  Statistics,
  Worker,
} from '@/lib/api/types'
import { adminJob, cloud } from '@/testing/fixtures'

export const operatorJob: AdminJob = {
  ...adminJob,
  cloud: { id: 'cloud_1', name: 'Main cloud' },
  started_at: '2026-11-22T10:00:01Z',
  wait_s: 1.25,
  lease_owner: null,
  retry_of: null,
  taken_up_by: null,
}

export const jobDetail: AdminJob = {
  ...operatorJob,
  arguments: { vps: 'vps_1', region: 'eu-central' },
  result: null,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  steps: [
    { index: 0, name: 'order', done: true },
    { index: 1, name: 'create', done: true },
    { index: 2, name: 'boot', done: false },
    { index: 3, name: 'handover', done: false },
  ],
  calls: [
    {
      at: '2026-11-22T10:00:00Z',
      attempt: 1,
      method: 'POST',
      path: '/v4/linode/instances',
      status: 503,
      request_id: 'req_76',
      duration_ms: 1240,
      error: 'transient',
    },
    {
      at: '2026-11-22T10:05:00Z',
      attempt: 2,
      method: 'GET',
      path: '/v4/linode/instances/88',
      status: null,
      request_id: null,
      duration_ms: 10_000,
      error: 'unreachable',
    },
  ],
  errors: [{ at: '2026-11-22T10:00:04Z', attempt: 1, code: 'transient', message: 'The cloud did not answer' }],
}

export const queue = (over: Partial<QueueFigures> = {}): QueueFigures => ({
  queue: 'provision',
  paused: false,
  paused_reason: null,
  due: 12,
  running: 3,
  queued: 12,
  waiting: 5,
  retrying: 2,
  oldest_due_s: 94,
  slots: 8,
  window: 1000,
  org_running: 4,
  cloud_running: 20,
  ...over,
})

export const counts: JobCounts = {
  by_state: { failed: 2, succeeded: 1_204_331 },
  by_queue: [
    queue(),
    queue({ queue: 'power', paused: true, paused_reason: 'Maintenance', due: 37 }),
    queue({ queue: 'mail', slots: 0, due: 0, oldest_due_s: null }),
  ],
  attention: 2,
  matches: { count: 312, complete: true },
}

export const figures = (over: Partial<Figures> = {}): Figures => ({
  done: 1200,
  failed: 24,
  retried: 6,
  failure_rate: 0.02,
  per_s: 0.34,
  wait_p50_s: 0.04,
  wait_p95_s: 0.27,
  wait_p99_s: 0.9,
  run_p50_s: 1.4,
  run_p95_s: 12,
  run_p99_s: 48,
  ...over,
})

export const statistics: Statistics = {
  window_s: 3600,
  bucket_s: 60,
  of_jobs: false,
  total: figures(),
  series: [
    { at: '2026-11-22T10:00:00Z', ...figures({ done: 17, failed: 1 }) },
    { at: '2026-11-22T10:01:00Z', ...figures({ done: 23, failed: 0, run_p99_s: null }) },
  ],
  by_kind: [
    { kind: 'vps.provision', ...figures({ failure_rate: 0.24 }) },
    { kind: 'mail.send', ...figures({ failure_rate: 0 }) },
  ],
  by_cloud: [{ cloud: { id: 'cloud_1', name: 'Main cloud' }, ...figures({ failure_rate: 0.0004 }) }],
}

/** One that is in the state it was asked for. */
export const worker = (over: Partial<Worker> = {}): Worker => ({
  id: 'w1',
  host: 'worker-a',
  pid: 4711,
  version: '0.5.0',
  state: 'running',
  wanted: over.state && over.state !== 'lost' ? over.state : 'running',
  queues: [
    { queue: 'provision', slots: 8, busy: 3 },
    { queue: 'mail', slots: 4, busy: 0 },
  ],
  memory_bytes: 150_000_000,
  started_at: '2026-11-22T10:00:00Z',
  seen_at: '2026-11-22T11:00:00Z',
  unknown_kinds: [],
  ...over,
})

export const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  name: 'billing.hourly',
  cron: '0 * * * *',
  paused: false,
  paused_reason: null,
  catch_up_s: 259_200,
  last_tick: '2026-11-22T10:00:00Z',
  next_tick: '2099-11-22T11:00:00Z',
  job_kind: 'billing.charge',
  last_job: { id: 'job_9', state: 'succeeded', finished_at: '2026-11-22T10:00:02Z' },
  ...over,
})

export const operatorCloud = (over: Partial<Cloud> = {}): Cloud => ({ ...cloud, ...over })

export const AVERY = 'user_0000000000000000000000000a'

export const act = (over: Partial<AdminActivity> = {}): AdminActivity => ({
  id: '1',
  event: 'job.retry',
  status: 'info',
  message: 'An administrator retried a job (vps.provision)',
  entity_type: 'vps',
  entity_id: 'vps_1',
  entity_label: 'web-1',
  job_id: 'job_1',
  organisation: { id: 'org_1', name: 'Nimbus' },
  actor: { id: AVERY, name: 'Avery' },
  reason: 'quota raised',
  created_at: '2026-11-22T19:50:00Z',
  ...over,
})

/** Servers that get another price on a day that lies ahead. */
export const priceMove = (over: Partial<PriceMove> = {}): PriceMove => ({
  id: 'move_1',
  plan_id: 'plan_1',
  plan_name: 'Small',
  version: 2,
  org_id: null,
  org_name: null,
  override_id: null,
  from: '2099-01-01T00:00:00Z',
  created_at: '2026-11-22T10:00:00Z',
  cancelled_at: null,
  done_at: null,
  servers: 3,
  ...over,
})
