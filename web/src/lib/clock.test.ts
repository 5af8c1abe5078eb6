import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetTime, learnTime, serverNow, toServerTime } from '@/lib/clock'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const http = (ms: number) => new Date(ms).toUTCString()

beforeEach(() => {
  forgetTime()
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] })
})

describe('the server’s time', () => {
  it('is this browser’s while that may be right', () => {
    learnTime(http(NOON), NOON, NOON + 40)
    expect(serverNow()).toBe(NOON)
  })

  it.each([
    ['ten minutes behind', 600_000],
    ['ten minutes ahead', -600_000],
  ])('is told by an answer to a browser that is %s', (_, off) => {
    learnTime(http(NOON + off), NOON, NOON + 40)
    expect(Math.abs(serverNow() - (NOON + off))).toBeLessThanOrEqual(1040)
    expect(toServerTime(NOON - 5000) - serverNow()).toBe(-5000)
  })

  it('is known better with each answer, a slow one included', () => {
    const at = (ms: number) => Math.floor((NOON + 600_300 + ms) / 1000) * 1000
    learnTime(http(at(0)), NOON, NOON + 20)
    learnTime(http(at(500)), NOON + 500, NOON + 520)
    learnTime(http(at(720)), NOON + 720, NOON + 9000)
    expect(Math.abs(serverNow() - (NOON + 600_300))).toBeLessThanOrEqual(300)
  })

  it('follows when this browser’s clock is set right meanwhile', () => {
    learnTime(http(NOON + 600_000), NOON, NOON + 40)
    learnTime(http(NOON + 60_000), NOON + 60_000, NOON + 60_040)
    expect(serverNow()).toBe(NOON)
  })

  it('is not learned from an answer without a date', () => {
    learnTime(null, NOON, NOON)
    learnTime('yesterday', NOON, NOON)
    expect(serverNow()).toBe(NOON)
  })
})
