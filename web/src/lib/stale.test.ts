import { expect, it } from 'vitest'
import type { LiveActivity } from '@/lib/api/types'
import { staleAfterActivity, staleAfterJob } from '@/lib/stale'

const activity = (over: Partial<LiveActivity>): LiveActivity => ({
  id: '41',
  event: 'vps.running',
  status: 'success',
  message: 'web-1 is running',
  created_at: '2026-11-22T10:00:00Z',
  ...over,
})

it.each([
  ['plan.change', 'plan', 'plans'],
  ['cloud.synced', 'cloud', 'plans'],
  ['vps.running', 'vps', 'vps'],
  ['billing.charge', null, 'wallet'],
])('%s makes %s stale', (event, entity_type, key) =>
  expect(staleAfterActivity(activity({ event, entity_type }), true)).toContainEqual([key]),
)

it('an event of another organisation touches the admin pages alone', () => {
  expect(staleAfterActivity(activity({ entity_type: 'vps' }), false)).toEqual([['admin']])
  expect(staleAfterJob({ job_id: 'job_1', vps_id: 'vps_1', state: 'running' }, false).map(([area]) => area)).toEqual(
    expect.not.arrayContaining(['vps']),
  )
})

it('a job makes its server stale', () => {
  expect(staleAfterJob({ job_id: 'job_1', vps_id: 'vps_1', state: 'running' }, true)).toContainEqual([
    'vps',
    'one',
    'vps_1',
  ])
})
