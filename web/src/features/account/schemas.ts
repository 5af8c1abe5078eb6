import * as z from 'zod/mini'
import { nameField } from '@/lib/names'

export const profileSchema = z.object({
  name: nameField().check(z.minLength(1, 'Enter your name.')),
  locale: z.string(),
  time_zone: z.string(),
})

export const emailSchema = z.object({
  email: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, 'Enter the new address.'),
      z.maxLength(254, 'This address is too long.'),
      z.regex(/^[^@\s]+@[^@\s]+$/, 'This does not look like an email address.'),
    ),
})

export const newPassword = (minLength: number) =>
  z
    .string()
    .check(z.minLength(minLength, `Use at least ${minLength} characters.`), z.maxLength(256, 'At most 256 characters.'))

export const passwordSchema = (minLength: number) =>
  z.object({
    current: z.string().check(z.minLength(1, 'Enter your current password.')),
    new: newPassword(minLength),
  })
