import { expect, it } from 'vitest'
import type { LiveActivity } from '@/lib/api/types'
import { staleAfterActivity, staleAfterJob } from '@/lib/stale'

const MINE = ['org_1', 'org_2']

const activity = (over: Partial<LiveActivity>): LiveActivity => ({
  id: '41',
  event: 'vps.running',
  status: 'success',
  message: 'web-1 is running',
  created_at: '2026-11-22T10:00:00Z',
  org_id: 'org_1',
  ...over,
})

const keys = (over: Partial<LiveActivity>, mine = MINE) =>
  staleAfterActivity(activity(over), mine).map((key) => key.join(' '))

it.each([
  ['vps.running', 'vps', 'org_1 vps'],
  ['billing.charge', null, 'org_1 wallet'],
  ['member.role', 'member', 'org_1 member'],
  ['key.create', 'key', 'org_1 key'],
])('%s makes %s stale in its organisation, and nothing in another', (event, entity_type, key) => {
  const stale = keys({ event, entity_type })
  expect(stale).toContain(key)
  expect(stale.filter((k) => k.startsWith('org_2'))).toEqual([])
})

it.each([
  ['plan.change', 'plan'],
  ['cloud.synced', 'cloud'],
])('%s is the whole platform’s, and makes every price list stale', (event, entity_type) =>
  expect(keys({ event, entity_type, org_id: null })).toEqual(
    expect.arrayContaining(['org_1 plans', 'org_2 plans', 'org_1 activity', 'org_2 activity']),
  ),
)

it.each(['member.removed', 'invitation.accepted', 'user.changed', 'organisation.changed'])(
  '%s may change what a person is, and may do',
  (event) => {
    expect(keys({ event })).toContain('me')
    expect(keys({ event, org_id: 'org_9' })).not.toContain('me')
  },
)

it('an event of another organisation touches the admin pages alone', () => {
  expect(keys({ entity_type: 'vps', org_id: 'org_9' })).toEqual(['admin'])
  const job = { job_id: 'job_1', vps_id: 'vps_1', state: 'running', org_id: 'org_9' } as const
  expect(staleAfterJob(job, MINE).map(([area]) => area)).toEqual(['admin', 'admin', 'admin', 'admin'])
})

it('a job makes its server stale', () => {
  const job = { job_id: 'job_1', vps_id: 'vps_1', state: 'running', org_id: 'org_2' } as const
  expect(staleAfterJob(job, MINE)).toContainEqual(['org_2', 'vps', 'one', 'vps_1'])
})
