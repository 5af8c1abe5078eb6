import * as z from 'zod'

const words = z.string().trim().max(500, 'At most 500 characters.')

/** Why an operator did something, for the activity log. */
export const reasonField = words.min(3, 'Give a short reason.')

export const REASON = {
  required: z.object({ reason: reasonField }),
  optional: z.object({ reason: words }),
}
