import * as z from 'zod/mini'
import { fromMicro, toMicro } from '@/lib/money'

/**
 * What a person typed as an amount: the amount as the API wants it, or the two that it may mean, with
 * thousands and with decimals, or nothing that could be one.
 */
type Reading = { amount: string } | { either: [whole: string, decimal: string] } | null

const SPACES = /(?<=\d)['’\s\u00a0\u202f](?=\d{3}(?!\d))/g
const GROUPED = /^[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*$/
const PLAIN = /^\d{1,9}(?:\.\d{1,6})?$/

/**
 * Reads an amount as people write them: `12.50` and `12,50`, `1,234.50`, `1.234,50` and `1 234,50`. A
 * single mark before three digits may part thousands or decimals (`1,234`): then both are given back,
 * for a guess would be wrong by a thousand. A leading zero never begins thousands: `0,125` is decimal.
 */
export function readAmount(text: string): Reading {
  const bare = text.trim().replace(/^[$€£]\s*|\s*[$€£]$/g, '')
  const typed = bare.replace(SPACES, '')
  const marks = typed.replace(/[^.,]/g, '')
  if (marks.length === 1) {
    const decimal = typed.replace(',', '.')
    if (typed === bare && GROUPED.test(typed)) return either(typed.replace(/[.,]/, ''), decimal)
    return plain(decimal)
  }
  if (new Set(marks).size === 1) return plain(GROUPED.test(typed) ? typed.replaceAll(marks.charAt(0), '') : '')
  const last = Math.max(typed.lastIndexOf('.'), typed.lastIndexOf(','))
  if (last < 0) return plain(typed)
  const [whole, decimals] = [typed.slice(0, last), typed.slice(last + 1)]
  const separated = GROUPED.test(whole) && !whole.includes(typed.charAt(last))
  return plain(separated ? `${whole.replace(/[.,]/g, '')}.${decimals}` : '')
}

const plain = (text: string): Reading => (PLAIN.test(text) ? { amount: fromMicro(toMicro(text)) } : null)
const either = (whole: string, decimal: string): Reading => ({ either: [whole, `${decimal}0`] })

/** The amount that was typed, as the API wants it; null when it is none or may be two. */
export function parseAmount(text: string): string | null {
  const read = readAmount(text)
  return read && 'amount' in read ? read.amount : null
}

/** A field for an amount. It asks where the amount may be meant in two ways; `examples` say what else to type. */
export const amountField = (examples: string) =>
  z.string().check(
    z.superRefine((text, ctx) => {
      const read = readAmount(text)
      if (read && 'amount' in read) return
      const message = read
        ? `Is this ${read.either[0]} or ${read.either[1]}? Type one of the two.`
        : `Enter an amount such as ${examples}.`
      ctx.addIssue({ code: 'custom', message })
    }),
  )
