import type { Money } from '@/lib/api/types'

const MICRO = 1_000_000n

/** Micro-units of a decimal string. Throws on anything but digits with at most 6 decimals. */
export function toMicro(amount: string): bigint {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(amount)
  if (!match) throw new RangeError(`not an amount: ${amount}`)
  const [, sign, whole = '0', fraction = ''] = match
  const micro = BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, '0'))
  return sign ? -micro : micro
}

/** A decimal string with six decimals, as the API writes it. */
export function fromMicro(micro: bigint): string {
  const abs = micro < 0n ? -micro : micro
  return `${micro < 0n ? '-' : ''}${String(abs / MICRO)}.${String(abs % MICRO).padStart(6, '0')}`
}

const symbols = new Map<string, string>()
function symbol(currency: string): string {
  let known = symbols.get(currency)
  if (known === undefined) {
    const parts = new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    }).formatToParts(0)
    known = parts.find((p) => p.type === 'currency')?.value ?? currency
    if (known.length > 1) known += '\u00a0'
    symbols.set(currency, known)
  }
  return known
}

/**
 * The one rule for amounts that people read. `sum`, for balances, sums and a month's price: two decimals. `rate`, for
 * what an hour costs and what hours made: four, and up to six where four would leave fewer than two figures. `exact`:
 * every digit there is, where two amounts are compared, and wherever exactness was asked for.
 */
export type Digits = 'sum' | 'rate' | 'exact'

/** Decimals, at least and at most. A sum under a cent is written like a rate: it is never `$0.00`. */
function placesOf(abs: bigint, digits: Digits): [min: number, max: number] {
  if (digits === 'exact') return [2, 6]
  if (abs === 0n || (digits === 'sum' && abs >= MICRO / 100n)) return [2, 2]
  const places = abs >= 1000n ? 4 : abs >= 100n ? 5 : 6
  return [places, places]
}

interface Format {
  digits?: Digits
  /** Puts a plus before gains. */
  signed?: boolean
}

/** Rounds half away from zero to `places` decimals; the digits come from the string, never a float. */
function digitsOf(abs: bigint, min: number, max: number): string {
  const unit = 10n ** BigInt(6 - max)
  const rounded = ((abs + unit / 2n) / unit) * unit
  const fraction = String(rounded % MICRO)
    .padStart(6, '0')
    .slice(0, max)
  const trimmed = fraction.replace(/0+$/, '').padEnd(min, '0')
  return `${String(rounded / MICRO).replace(/\B(?=(\d{3})+$)/g, ',')}.${trimmed}`
}

/** An amount in words for a person: `$1,234.50`, `−$0.0082`. */
export function formatMoney(money: Money, { digits = 'sum', signed = false }: Format = {}): string {
  const micro = toMicro(money.amount)
  const abs = micro < 0n ? -micro : micro
  const sign = micro < 0n ? '−' : signed && micro > 0n ? '+' : ''
  return `${sign}${symbol(money.currency)}${digitsOf(abs, ...placesOf(abs, digits))}`
}

/** The same amount with the other sign: what is owed, as the negative figure that people read. */
export const negated = ({ amount, currency }: Money): Money => ({ amount: fromMicro(-toMicro(amount)), currency })

/** What a wallet has after what it owes: below zero, it is a debt. */
export const standing = ({ balance, owed }: { balance: Money; owed: Money }): Money => ({
  amount: fromMicro(toMicro(balance.amount) - toMicro(owed.amount)),
  currency: balance.currency,
})

/** Every digit and the currency, to hover over, to copy and to export: `0.008219 USD`. */
export const exactly = ({ amount, currency }: Money): string => `${amount} ${currency}`

export const isNegative = (money: Money) => toMicro(money.amount) < 0n
export const isPositive = (money: Money) => toMicro(money.amount) > 0n

/** Share of `part` in `whole`, 0..100, for the width of a bar only. */
export function percentOf(part: Money, whole: Money): number {
  const w = toMicro(whole.amount)
  if (w <= 0n) return 0
  return Math.max(0, Math.min(100, Number((toMicro(part.amount) * 10_000n) / w) / 100))
}

/** An amount as a person would type it back, and never as one that may be thousands: `2.50`, `1.1250`. */
export function plain(money: Money): string {
  const micro = toMicro(money.amount)
  const text = digitsOf(micro < 0n ? -micro : micro, 2, 6).replaceAll(',', '')
  return `${micro < 0n ? '-' : ''}${text}${/\.\d{3}$/.test(text) ? '0' : ''}`
}
