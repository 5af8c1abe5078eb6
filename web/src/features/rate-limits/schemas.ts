import * as z from 'zod/mini'
import { reasonField } from '@/lib/reason'

/** Windows that are offered, in seconds. */
export const WINDOWS = [60, 900, 3600, 86_400]
/** The API's own bound. */
const MAX_REQUESTS = 1_000_000

export const overrideSchema = z.object({
  user: z.string().check(z.trim(), z.regex(/^user_[0-9a-z]{26}$/, 'Enter a user’s id: user_ and 26 characters.')),
  max: z.string().check(
    z.trim(),
    z.regex(/^\d{1,7}$/, 'Enter a whole number.'),
    z.refine((text: string) => Number(text) >= 1 && Number(text) <= MAX_REQUESTS, 'From 1 to 1,000,000.'),
  ),
  window: z.string(),
  days: z.string(),
  reason: reasonField,
})

export type OverrideForm = z.infer<typeof overrideSchema>
