import * as z from 'zod/mini'
import { nameField } from '@/lib/names'

const email = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'Enter your email address.'),
    z.maxLength(254, 'This address is too long.'),
    z.regex(/^[^@\s]+@[^@\s]+$/, 'This does not look like an email address.'),
  )

export const signInSchema = z.object({ email, password: z.string().check(z.minLength(1, 'Enter your password.')) })

export const forgotSchema = z.object({ email })

const newPassword = (minLength: number) =>
  z
    .string()
    .check(z.minLength(minLength, `Use at least ${minLength} characters.`), z.maxLength(256, 'At most 256 characters.'))

export const resetSchema = (minLength: number) => z.object({ password: newPassword(minLength) })

export const registerSchema = (minLength: number) =>
  z.object({
    name: nameField().check(z.minLength(1, 'Enter your name.')),
    organisation: nameField(),
    email,
    password: newPassword(minLength),
  })

export type SignInForm = z.infer<typeof signInSchema>
export type RegisterForm = z.infer<ReturnType<typeof registerSchema>>
