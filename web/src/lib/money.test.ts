import { describe, expect, it } from 'vitest'
import { formatMoney, fromMicro, percentOf, plain, toMicro } from '@/lib/money'
import { usd } from '@/testing/fixtures'

describe('micro-units', () => {
  it('keeps every digit, where a float would not', () => {
    expect(toMicro('9007199254740993.1'.slice(1))).toBe(7199254740993100000n)
    expect(fromMicro(toMicro('0.1') + toMicro('0.2'))).toBe('0.300000')
    expect(fromMicro(toMicro('-12.3456'))).toBe('-12.345600')
    expect(fromMicro(toMicro('-0.000001'))).toBe('-0.000001')
  })

  it.each(['', '1e3', '1.2345678', '--1', '1,5', 'NaN', ' 1'])('refuses %j', (text) => {
    expect(() => toMicro(text)).toThrow(RangeError)
  })
})

describe('formatMoney', () => {
  it.each([
    ['42.184213', 'cents', '$42.18'],
    ['0.005000', 'cents', '$0.01'],
    ['-0.005000', 'cents', '−$0.01'],
    ['1234567.890000', 'cents', '$1,234,567.89'],
    ['0.019178', 'rate', '$0.0192'],
    ['0.100000', 'exact', '$0.10'],
    ['0.019178', 'exact', '$0.019178'],
    ['0.009000', 'micro', '$0.009000'],
    ['999.999999', 'cents', '$1,000.00'],
  ] as const)('%s as %s is %s', (amount, digits, words) => {
    expect(formatMoney(usd(amount), { digits })).toBe(words)
  })

  it('puts a plus before gains when asked', () => {
    expect(formatMoney(usd('50.000000'), { signed: true })).toBe('+$50.00')
    expect(formatMoney(usd('0.000000'), { signed: true })).toBe('$0.00')
  })
})

describe('amounts that people type', () => {
  it('are written back as typed, and never as what may be thousands', () => {
    expect(plain(usd('1250.500000'))).toBe('1250.50')
    expect(plain(usd('-0.007500'))).toBe('-0.0075')
    expect(plain(usd('1.125000'))).toBe('1.1250')
  })
})

it('measures shares for bars, and none of nothing', () => {
  expect(percentOf(usd('1.000000'), usd('3.000000'))).toBe(33.33)
  expect(percentOf(usd('1.000000'), usd('0.000000'))).toBe(0)
})
