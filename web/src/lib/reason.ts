import * as z from 'zod/mini'

const words = z.string().check(z.trim(), z.maxLength(500, 'At most 500 characters.'))

/** Why an operator did something, for the activity log. */
export const reasonField = words.check(z.minLength(3, 'Give a short reason.'))

export const REASON = {
  required: z.object({ reason: reasonField }),
  optional: z.object({ reason: words }),
}
