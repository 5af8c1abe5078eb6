import { expect, it } from 'vitest'
import { runwayLeft } from '@/lib/runway-countdown'

it('runs down from the moment it was told, and not below zero', () => {
  expect(runwayLeft(100, 1000, 31_000)).toBe(70)
  expect(runwayLeft(10, 0, 60_000)).toBe(0)
  expect(runwayLeft(null, 0, 60_000)).toBeNull()
  // A clock that was set back does not add time.
  expect(runwayLeft(100, 5000, 1000)).toBe(100)
})
