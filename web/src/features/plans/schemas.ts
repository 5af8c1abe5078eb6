import * as z from 'zod/mini'
import { amountField } from '@/lib/amount'
import type { Price } from '@/lib/api/types'

/** Hours after which a month's price may be reached. */
export const MONTHS = ['730', '672'] as const

const rule = {
  cap: z.enum(['on', 'off']),
  hours: z.enum(MONTHS),
  unit: z.enum(['hour', 'second']),
  minimum: z.string().check(z.trim()),
}

/** The part of a plan's form that is about the month, and the unit in which time is charged. */
export interface RuleForm {
  cap: 'on' | 'off'
  hours: (typeof MONTHS)[number]
  unit: 'hour' | 'second'
  /** In seconds; said only where they are charged. */
  minimum: string
}

/** A minute: as the API has it where nothing is said. */
const MINIMUM = '60'

const minimumSaid = z.refine<Pick<RuleForm, 'unit' | 'minimum'>>(
  ({ unit, minimum }) =>
    unit === 'hour' || (/^\d{1,4}$/.test(minimum) && Number(minimum) >= 1 && Number(minimum) <= 3600),
  { error: 'Enter 1 to 3600 seconds.', path: ['minimum'] },
)

/** The rule of a price as a form's fields hold it; that of a new plan without one. */
export const ruleOf = (price?: Price): RuleForm => ({
  cap: price?.capped === false ? 'off' : 'on',
  hours: price?.hours_per_month === 672 ? '672' : '730',
  unit: price?.charged_by ?? 'hour',
  minimum: price?.minimum_s == null ? MINIMUM : String(price.minimum_s),
})

/** The rule as the API wants it. */
export const ruleBody = ({ cap, hours, unit, minimum }: RuleForm) => ({
  capped: cap === 'on',
  hours_per_month: Number(hours),
  charged_by: unit,
  ...(unit === 'second' ? { minimum_s: Number(minimum) } : {}),
})

const name = z
  .string()
  .check(z.trim(), z.minLength(1, 'Give the plan a name.'), z.maxLength(100, 'At most 100 characters.'))
const markup = amountField('2 or 2.50')

export const newPlanSchema = z
  .object({
    cloud_id: z.string().check(z.minLength(1, 'Choose a cloud.')),
    type_id: z.string().check(z.minLength(1, 'Choose a type.')),
    name,
    markup,
    ...rule,
  })
  .check(minimumSaid)

export const editPlanSchema = z.object({ name, markup, ...rule }).check(minimumSaid)
