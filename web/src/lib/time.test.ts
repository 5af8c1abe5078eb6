import { describe, expect, it } from 'vitest'
import { formatAge, formatClock, formatSpan, groupByDay } from '@/lib/time'

describe('formatSpan', () => {
  it.each([
    [-5, '0 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [900, '15 min'],
    [12_000, '3 h 20 min'],
    [3600, '1 h'],
    [12 * 86_400 + 4 * 3600, '12 d 4 h'],
    [90 * 86_400, '90 d'],
    [2 * 365 * 86_400, '2.0 years'],
    [1e12, 'over 20 years'],
  ])('%d s is %s', (seconds, words) => expect(formatSpan(seconds)).toBe(words))
})

it('ticks like a clock', () => {
  expect(formatClock(7)).toBe('0:07')
  expect(formatClock(760)).toBe('12:40')
  expect(formatClock(3729)).toBe('1:02:09')
})

it('tells ages by their largest unit', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  expect(formatAge('2026-11-22T09:59:58Z', now)).toBe('just now')
  expect(formatAge('2026-11-22T09:55:00Z', now)).toBe('5 min')
  expect(formatAge('2026-11-20T09:00:00Z', now)).toBe('2 d')
})

it('groups by day and keeps the order', () => {
  const groups = groupByDay(['2026-11-22T12:00:00', '2026-11-22T08:00:00', '2026-11-21T12:00:00'], (t) => t)
  expect(groups.map((g) => g.items.length)).toEqual([2, 1])
  expect(groups[0]?.day).toMatch(/^Sunday,? 22 November 2026$/)
})
