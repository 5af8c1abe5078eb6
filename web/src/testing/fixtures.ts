import type {
  AdminVps,
  Setup,
  Activity,
  AdminJob,
  AdminPlan,
  Cloud,
  CloudCatalog,
  Config,
  Customer,
  Image,
  Job,
  Me,
  Money,
  Overview,
  Plan,
  PlanQuote,
  PlanRegion,
  Quota,
  StatementEntry,
  Vps,
  Wallet,
} from '@/lib/api/types'
import { membership, READS } from '@/testing/memberships'
import { liveWallet } from '@/testing/live-wallet'

export const usd = (amount: string): Money => ({ amount, currency: 'USD' })
export const config: Config = {
  company_name: 'Nimbus',
  support_email: 'help@nimbus.example',
  currency: 'USD',
  logo_url: null,
  hue: 262,
  min_password_length: 12,
  no_passkeys_because: null,
  sign_in_with: null,
  registration: 'open',
  payments: false,
}
export const member: Me = {
  user: {
    id: 'user_1',
    email: 'ada@nimbus.example',
    email_verified: true,
    name: 'Ada Lovelace',
    locale: 'en',
    time_zone: 'UTC',
  },
  organisations: [membership()],
  role: 'user',
  session: { id: 'session_1', verified_until: null },
  key: null,
  impersonation: null,
}
export const admin: Me = { ...member, role: 'admin' }
/** Sees everything, and changes nothing. */
export const reader: Me = { ...member, organisations: [membership({ role: 'readonly', may: READS })] }
export const plan: Plan = {
  id: 'plan_1',
  name: 'Small',
  vcpus: 1,
  memory_mib: 2048,
  disk_gib: 50,
  transfer_gb: 2000,
  price: { hourly: usd('0.019178'), monthly: usd('14.000000'), hours_per_month: 730, capped: true, charged_by: 'hour' },
}
export const quota: Quota = {
  servers_used: 2,
  servers_limit: 5,
  vcpus_used: 2,
  vcpus_limit: 100,
  memory_mib_used: 4096,
  memory_mib_limit: 524_288,
  storage_gib_used: 100,
  storage_gib_limit: 10_240,
}

export const regions: PlanRegion[] = [
  { id: 'eu-central', label: 'Frankfurt', country: 'de', available: true, price: plan.price },
  { id: 'us-east', label: 'Newark, NJ', country: 'us', available: true, price: plan.price },
  { id: 'ap-south', label: 'Singapore', country: 'sg', available: false, price: plan.price },
]

export const images: Image[] = [
  { id: 'debian12', label: 'Debian 12', vendor: 'Debian' },
  { id: 'debian13', label: 'Debian 13', vendor: 'Debian' },
  { id: 'alpine', label: 'Alpine 3.21', vendor: 'Alpine' },
]

export const quote: PlanQuote = {
  price: plan.price,
  held_now: usd('0.019178'),
  balance_after: usd('24.980822'),
  runway_after_s: 4_680_000,
  affordable: true,
  needed: usd('0.019178'),
  available: usd('25.000000'),
  owed: usd('0.000000'),
  tax: null,
}

export const job: Job = {
  id: 'job_1',
  kind: 'vps.provision',
  action: 'create',
  actor: { id: 'user_1', name: 'Ada Lovelace' },
  support: null,
  state: 'waiting',
  progress: { percent: 60, words: 'The machine is booting' },
  vps_id: 'vps_1',
  attempts: 1,
  max_attempts: 8,
  created_at: '2026-11-22T10:00:00Z',
  finished_at: null,
  steps: [
    { name: 'order', state: 'done', at: '2026-11-22T10:00:00Z', words: 'Order accepted' },
    { name: 'create', state: 'intent', at: '2026-11-22T10:00:01Z', words: 'Creating the machine' },
    { name: 'create', state: 'done', at: '2026-11-22T10:00:03Z', words: 'Machine created' },
    { name: 'boot', state: 'intent', at: '2026-11-22T10:00:04Z', words: 'Waiting for it to boot' },
  ],
  failure: null,
}

export const vps: Vps = {
  id: 'vps_1',
  label: 'web-1',
  status: 'running',
  desired: 'running',
  plan: { id: 'plan_1', name: 'Small', vcpus: 1, memory_mib: 2048, disk_gib: 50, transfer_gb: 2000 },
  price: plan.price,
  region: { id: 'eu-central', label: 'Frankfurt', country: 'de' },
  image: { id: 'debian12', label: 'Debian 12' },
  tags: ['shop', 'prod'],
  notes: '',
  ssh_key: { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrVe', comment: 'ada@laptop' },
  ipv4: '203.0.113.7',
  ipv6: null,
  created_at: '2026-11-20T10:00:00Z',
  started_at: '2026-11-20T10:01:00Z',
  deleted_at: null,
  last_seen_at: null,
  spent_this_month: usd('1.482100'),
  job: null,
  failure: null,
  failure_field: null,
}

export const wallet: Wallet = {
  balance: usd('42.184213'),
  held: usd('0.000000'),
  owed: usd('0.000000'),
  hourly_rate: usd('0.100000'),
  runway_s: 1_518_631,
  ...liveWallet,
  spent_this_month: usd('61.220419'),
  by_vps: [{ vps_id: 'vps_1', label: 'web-1', hourly: usd('0.019178'), spent_this_month: usd('1.482100') }],
}

export const entry = (over: Partial<StatementEntry> = {}): StatementEntry => ({
  id: '1',
  at: '2026-11-22T10:00:00Z',
  kind: 'usage',
  description: 'Hourly usage',
  amount: usd('-0.019178'),
  balance_after: usd('42.184213'),
  lines: 1,
  servers: 1,
  hold: null,
  ...over,
})

export const activity: Activity = {
  id: '9',
  event: 'vps.reboot',
  status: 'success',
  message: 'Server web-1 rebooted',
  entity_type: 'vps',
  entity_id: 'vps_1',
  job_id: null,
  actor: { id: 'user_1', name: 'Ada Lovelace' },
  created_at: '2026-11-22T10:00:00Z',
}

export const adminJob: AdminJob = {
  id: 'job_1',
  kind: 'vps.provision',
  action: 'create',
  queue: 'provision',
  state: 'failed',
  priority: 0,
  attempts: 3,
  max_attempts: 5,
  crashes: 0,
  age_s: 600,
  run_at: '2026-11-22T10:00:00Z',
  deadline_at: '2026-11-22T10:30:00Z',
  created_at: '2026-11-22T10:00:00Z',
  finished_at: '2026-11-22T10:10:00Z',
  organisation: { id: 'org_1', name: 'Nimbus Labs' },
  actor: null,
  target: { type: 'vps', id: 'vps_1', label: 'web-1' },
  progress: null,
  error: {
    code: 'boot_failed',
    message: 'It did not boot',
    detail: 'Your server did not start. Nothing was charged.',
    provider_request_id: 'req_77',
    at: '2026-11-22T10:10:00Z',
  },
  cancel_requested: false,
  timeline: [
    {
      at: '2026-11-22T10:00:00Z',
      attempt: 1,
      name: 'create',
      phase: 'failed',
      words: 'The cloud answered 503',
      provider_request_id: 'req_76',
      error: '503',
    },
    {
      at: '2026-11-22T10:05:00Z',
      attempt: 2,
      name: 'create',
      phase: 'done',
      words: 'Machine created',
      provider_request_id: null,
      error: null,
    },
  ],
  run_s: 42,
  can_retry: true,
  retry_takes: null,
  password_gone: false,
  can_cancel: false,
  can_discard: true,
  archived: false,
}

export const customer: Customer = {
  org_id: 'org_1',
  name: 'Nimbus Labs',
  state: 'active',
  owner: { id: 'user_1', email: 'ada@nimbus.example', name: 'Ada Lovelace' },
  balance: usd('42.184213'),
  owed: usd('0.000000'),
  servers: 1,
  hourly_rate: usd('0.019178'),
  quota_percent: 10,
  active_at: '2026-11-20T10:00:00Z',
  created_at: '2026-11-01T10:00:00Z',
}

export const cloud: Cloud = {
  id: 'cloud_1',
  provider: 'linode',
  name: 'Main cloud',
  status: 'valid',
  status_detail: null,
  active: true,
  email: 'ops@nimbus.example',
  token_hint: '…9f3a',
  endpoint: null,
  types: 1,
  regions: 3,
  images: 3,
  synced_at: '2026-11-22T10:00:00Z',
  servers: 0,
  paused: false,
  paused_reason: null,
  held: 0,
  other_account: false,
  untrusted: false,
  rate: [],
  created_at: '2026-11-01T10:00:00Z',
}

export const catalog: CloudCatalog = {
  types: [
    {
      id: 'g6-standard-1',
      label: 'Linode 2GB',
      class: 'standard',
      vcpus: 1,
      memory_mib: 2048,
      disk_gib: 50,
      transfer_gb: 2000,
      cost_hourly: usd('0.018000'),
      cost_monthly: usd('12.000000'),
      available: true,
    },
  ],
  regions,
  images,
  synced_at: '2026-11-22T10:00:00Z',
}

export const adminPlan: AdminPlan = {
  ...plan,
  cloud_id: 'cloud_1',
  cloud_name: 'Main cloud',
  type_id: 'g6-standard-1',
  cost_monthly: usd('12.000000'),
  known_cost_monthly: usd('12.000000'),
  size_gone_at: null,
  markup_monthly: usd('2.000000'),
  margin_percent: '14.3',
  active: true,
  servers: 0,
  created_at: '2026-11-01T10:00:00Z',
}

export const overview: Overview = {
  servers: { running: 3, failed: 1 },
  jobs: { failed: 2, succeeded: 40 },
  attention: 2,
  queues: [
    {
      queue: 'provision',
      paused: false,
      paused_reason: null,
      due: 2,
      running: 1,
      queued: 2,
      waiting: 0,
      retrying: 0,
      oldest_due_s: 90,
      slots: 8,
      window: 1000,
      org_running: 4,
      cloud_running: 20,
    },
  ],
  customers: 4,
  balance_total: usd('161.000000'),
  owed_total: usd('3.120000'),
  revenue_today: usd('12.804100'),
  revenue_month: usd('301.552000'),
  clouds: [{ id: 'cloud_1', name: 'Main cloud', status: 'valid', needs_decision: false }],
  alerts: [
    {
      kind: 'jobs_attention',
      status: 'error',
      title: '2 jobs need attention',
      detail: 'They failed for good or got stuck. Open them to see why, and what to do.',
      object: null,
    },
  ],
  today: { created: 3, deleted: 1, failed: 2, customers: 5, credit: usd('75.000000') },
}

export const setup: Setup = {
  cloud: true,
  plans: false,
  customer: false,
  mail: false,
  payments: false,
  backups: false,
  hidden: false,
  mail_sending: false,
  sample: false,
}

export const adminVps: AdminVps = {
  id: 'vps_1',
  label: 'web-1',
  status: 'running',
  organisation: { id: 'org_1', name: 'Nimbus Labs' },
  owed: usd('0.000000'),
  cloud: { id: 'cloud_1', name: 'Main cloud' },
  provider_ref: '4711',
  provider_label: 'sp-01jd6t9w3x5k7m2q8r4v6y0z1b',
  plan: { id: 'plan_1', name: 'Nano', vcpus: 1, memory_mib: 1024, disk_gib: 25, transfer_gb: 1000 },
  type_id: 'g6-nanode-1',
  price: { hourly: usd('0.008219'), monthly: usd('6.000000'), hours_per_month: 730, capped: true, charged_by: 'hour' },
  cost_monthly: usd('5.000000'),
  region: { id: 'eu-central', label: 'Frankfurt', country: 'de' },
  image: { id: 'linode/debian12', label: 'Debian 12' },
  ipv4: '203.0.113.7',
  ipv6: null,
  failure: null,
  spent_this_month: usd('2.140000'),
  spent_total: usd('14.140000'),
  created_at: '2026-11-20T10:00:00Z',
  started_at: '2026-11-20T10:01:00Z',
  last_seen_at: '2026-11-22T10:00:00Z',
  deleted_at: null,
}
