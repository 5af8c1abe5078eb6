import * as z from 'zod/mini'
import { amountField } from '@/lib/amount'

const name = z
  .string()
  .check(z.trim(), z.minLength(1, 'Give the plan a name.'), z.maxLength(100, 'At most 100 characters.'))
const markup = amountField('2 or 2.50')

export const newPlanSchema = z.object({
  cloud_id: z.string().check(z.minLength(1, 'Choose a cloud.')),
  type_id: z.string().check(z.minLength(1, 'Choose a type.')),
  name,
  markup,
})

export const editPlanSchema = z.object({ name, markup })
