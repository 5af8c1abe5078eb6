import { describe, expect, it } from 'vitest'
import { formatMoney, fromMicro, negated, percentOf, plain, standing, toMicro } from '@/lib/money'
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
    ['42.184213', 'sum', '$42.18'],
    ['1234567.890000', 'sum', '$1,234,567.89'],
    ['999.999999', 'sum', '$1,000.00'],
    ['0.000000', 'sum', '$0.00'],
    // Under a cent, a sum is written like a rate: it is not nothing.
    ['0.009999', 'sum', '$0.0100'],
    ['-0.005000', 'sum', '−$0.0050'],
    ['0.000001', 'sum', '$0.000001'],
    ['0.010000', 'sum', '$0.01'],
    ['0.008219', 'rate', '$0.0082'],
    ['0.100000', 'rate', '$0.1000'],
    ['12.345678', 'rate', '$12.3457'],
    // Two figures at least, as far as there are any.
    ['0.000821', 'rate', '$0.00082'],
    ['0.000050', 'rate', '$0.000050'],
    ['0.000000', 'rate', '$0.00'],
    ['0.100000', 'exact', '$0.10'],
    ['0.019178', 'exact', '$0.019178'],
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

it('reads a debt as a negative figure', () => {
  expect(formatMoney(negated(usd('3.120000')))).toBe('−$3.12')
  expect(formatMoney(negated(usd('0.000000')))).toBe('$0.00')
  expect(standing({ balance: usd('0.008219'), owed: usd('3.120000') })).toEqual(usd('-3.111781'))
  expect(standing({ balance: usd('5.000000'), owed: usd('0.000000') })).toEqual(usd('5.000000'))
})
