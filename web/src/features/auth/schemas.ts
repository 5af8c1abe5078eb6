import * as z from 'zod'
import { nameField } from '@/lib/names'

const email = z
  .string()
  .trim()
  .min(1, 'Enter your email address.')
  .max(254, 'This address is too long.')
  .regex(/^[^@\s]+@[^@\s]+$/, 'This does not look like an email address.')

export const signInSchema = z.object({ email, password: z.string().min(1, 'Enter your password.') })

export const registerSchema = (minLength: number) =>
  z.object({
    name: nameField().refine((name) => name !== '', 'Enter your name.'),
    organisation: nameField(),
    email,
    password: z.string().min(minLength, `Use at least ${minLength} characters.`).max(256, 'At most 256 characters.'),
  })

export type SignInForm = z.infer<typeof signInSchema>
export type RegisterForm = z.infer<ReturnType<typeof registerSchema>>
