import * as z from 'zod'
import { amountField } from '@/lib/amount'

const name = z.string().trim().min(1, 'Give the plan a name.').max(100, 'At most 100 characters.')
const markup = amountField('2 or 2.50')

export const newPlanSchema = z.object({
  cloud_id: z.string().min(1, 'Choose a cloud.'),
  type_id: z.string().min(1, 'Choose a type.'),
  name,
  markup,
})

export const editPlanSchema = z.object({ name, markup })
