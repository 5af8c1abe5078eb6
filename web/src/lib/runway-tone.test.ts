import { expect, it } from 'vitest'
import { runwayTone } from '@/lib/runway-tone'

it('is amber under 72 h and red under 24 h', () => {
  expect(runwayTone(72 * 3600)).toBe('neutral')
  expect(runwayTone(72 * 3600 - 1)).toBe('warning')
  expect(runwayTone(24 * 3600 - 1)).toBe('danger')
  expect(runwayTone(null)).toBe('neutral')
})
