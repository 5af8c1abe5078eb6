import { expect, it } from 'vitest'
import type { LiveActivity } from '@/lib/api/types'
import { staleAfterActivity } from '@/lib/stale'
import { jobKind } from '@/lib/status'

it('names of the release before are still understood', () => {
  expect(jobKind('catalog.sync')).toBe(jobKind('cloud.sync'))
  expect(jobKind('vps.resize')).toBe('vps.resize')
  const old: LiveActivity = {
    id: '1',
    event: 'catalog.sync',
    status: 'success',
    entity_type: 'provider_account',
    message: 'The catalog was read',
    created_at: '2026-11-22T10:00:00Z',
  }
  expect(staleAfterActivity(old, ['org_1'])).toContainEqual(['org_1', 'plans'])
})
