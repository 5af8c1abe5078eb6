import { expect, it } from 'vitest'
import { countOf, formatBytes, formatDuration, formatRate, formatShare, formatShortCount } from '@/lib/numbers'

it.each([
  [0, '0 ms'],
  [0.0124, '12 ms'],
  [1.254, '1.25 s'],
  [59.94, '59.9 s'],
  [240, '4 min'],
  [245, '4 min 5 s'],
  [9000, '2.5 h'],
])('says %d s as %s', (seconds, words) => expect(formatDuration(seconds)).toBe(words))

it.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.02, '2 %'],
  [0.0234, '2.3 %'],
  [0.4, '40 %'],
])('says a share of %d as %s', (share, words) => expect(formatShare(share)).toBe(words))

it('counts, rates and weighs', () => {
  expect(countOf(1, 'job')).toBe('1 job')
  expect(countOf(10_204, 'job')).toBe('10,204 jobs')
  expect(formatShortCount(1_234_567)).toBe('1.23M')
  expect(formatRate(0.034)).toBe('0.034/s')
  expect(formatRate(1240)).toBe('1,240/s')
  expect(formatBytes(1024 * 1024 * 1536)).toBe('1.5 GB')
})
