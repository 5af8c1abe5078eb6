import * as z from 'zod/mini'
import { readAmount } from '@/lib/amount'
import { serverNow } from '@/lib/clock'
import { reasonField } from '@/lib/reason'

const PERCENT = /^\d{1,3}([.,]\d{1,2})?$/

/** Hundredths of a percent of what a person typed: 1250 of `12.5`. */
export const basisPoints = (percent: string) => Math.round(Number(percent.replace(',', '.')) * 100)

const isPercent = (text: string) => PERCENT.test(text) && basisPoints(text) >= 1 && basisPoints(text) <= 10_000
const ms = (moment: string) => new Date(moment).getTime()

/** A customer's own price: which fields count hangs on its kind. */
export const ownPriceSchema = z
  .object({
    kind: z.enum(['discount', 'price']),
    plan: z.string(),
    percent: z.string().check(z.trim()),
    monthly: z.string(),
    from: z.string(),
    until: z.string(),
    running: z.enum(['yes', 'no']),
    reason: reasonField,
  })
  .check(
    z.superRefine((typed, ctx) => {
      const wrong = (field: keyof typeof typed, message: string) =>
        ctx.addIssue({ code: 'custom', path: [field], message })
      if (typed.kind === 'price') {
        const read = readAmount(typed.monthly)
        if (!typed.plan) wrong('plan', 'Choose a plan: a discount alone may be for all.')
        if (!read || !('amount' in read)) wrong('monthly', 'Enter an amount such as 12 or 12.50.')
      } else if (!isPercent(typed.percent)) {
        wrong('percent', 'Enter a percentage from 0.01 to 100, such as 10 or 12.5.')
      }
      const from = typed.from ? ms(typed.from) : serverNow()
      if (typed.from && from <= serverNow()) wrong('from', 'Choose a moment that lies ahead, or none for now.')
      if (typed.until && ms(typed.until) <= from) wrong('until', 'It ends after it begins.')
    }),
  )
