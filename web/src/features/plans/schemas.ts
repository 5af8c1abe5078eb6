import * as z from 'zod/mini'
import { amountField } from '@/lib/amount'
import type { Price } from '@/lib/api/types'

/** Hours after which a month's price may be reached. */
export const MONTHS = ['730', '672'] as const

const rule = { cap: z.enum(['on', 'off']), hours: z.enum(MONTHS) }

/** The part of a plan's form that is about the month. */
export interface RuleForm {
  cap: 'on' | 'off'
  hours: (typeof MONTHS)[number]
}

/** The rule of a price as a form's fields hold it; that of a new plan without one. */
export const ruleOf = (price?: Price): RuleForm => ({
  cap: price?.capped === false ? 'off' : 'on',
  hours: price?.hours_per_month === 672 ? '672' : '730',
})

/** The rule as the API wants it. */
export const ruleBody = ({ cap, hours }: RuleForm) => ({ capped: cap === 'on', hours_per_month: Number(hours) })

const name = z
  .string()
  .check(z.trim(), z.minLength(1, 'Give the plan a name.'), z.maxLength(100, 'At most 100 characters.'))
const markup = amountField('2 or 2.50')

export const newPlanSchema = z.object({
  cloud_id: z.string().check(z.minLength(1, 'Choose a cloud.')),
  type_id: z.string().check(z.minLength(1, 'Choose a type.')),
  name,
  markup,
  ...rule,
})

export const editPlanSchema = z.object({ name, markup, ...rule })
