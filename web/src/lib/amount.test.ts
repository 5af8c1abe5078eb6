import { describe, expect, it } from 'vitest'
import { amountField, parseAmount, readAmount } from '@/lib/amount'

describe('an amount', () => {
  it.each([
    ['0,125', '0.125000'],
    ['0.125', '0.125000'],
    ['12,50', '12.500000'],
    ['12.5', '12.500000'],
    ['25', '25.000000'],
    [' $2.50 ', '2.500000'],
    ['2,50 €', '2.500000'],
    ['1,234.50', '1234.500000'],
    ['1.234,50', '1234.500000'],
    ['1.234,567', '1234.567000'],
    ['1,234,567', '1234567.000000'],
    ['1.234.567', '1234567.000000'],
    ['1 234,50', '1234.500000'],
    ['1\u202f234', '1234.000000'],
    ['1’234.50', '1234.500000'],
    ['1 234,567', '1234.567000'],
    ['1234,567', '1234.567000'],
    ['1234.5', '1234.500000'],
    ['0,0075', '0.007500'],
    ['1,2345', '1.234500'],
  ])('typed as %j is %s', (text, amount) => {
    expect(parseAmount(text)).toBe(amount)
  })

  it.each([
    ['1,234', ['1234', '1.2340']],
    ['1.234', ['1234', '1.2340']],
    ['12,500', ['12500', '12.5000']],
    ['$999.999', ['999999', '999.9990']],
  ])('typed as %j may be two, and both can be typed', (text, either) => {
    expect(readAmount(text)).toEqual({ either })
    expect(parseAmount(text)).toBeNull()
    for (const clear of either) expect(parseAmount(clear)).not.toBeNull()
  })

  it.each([
    '',
    ',',
    '.',
    '5.',
    ',50',
    '-5',
    '1e3',
    '1,23,456',
    '1.23.456',
    '1,234.567.890',
    '1.2345678',
    '12 50',
    'ten',
  ])('is not %j', (text) => {
    expect(readAmount(text)).toBeNull()
  })
})

it('is asked for in words where it may be two', () => {
  const said = (text: string) => amountField('2 or 2.50').safeParse(text).error?.issues[0]?.message
  expect(said('1,234')).toBe('Is this 1234 or 1.2340? Type one of the two.')
  expect(said('two')).toBe('Enter an amount such as 2 or 2.50.')
  expect(said('12,50')).toBeUndefined()
})
