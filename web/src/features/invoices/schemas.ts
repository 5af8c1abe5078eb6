import * as z from 'zod/mini'
import { parseAmount } from '@/lib/amount'

export const issueSchema = z.object({
  org_id: z.string().check(z.regex(/^org_[0-9a-z]{26}$/, 'Paste the id of the organisation')),
  month: z.string().check(z.regex(/^\d{4}-\d{2}$/, 'Choose a month that has ended')),
})

export const giveBackSchema = z.object({
  amount: z
    .string()
    .check(z.refine((text) => text === '' || parseAmount(text) !== null, 'Write an amount such as 12.50')),
  reason: z.string().check(z.minLength(3, 'Say why, in a few words'), z.maxLength(500)),
})
