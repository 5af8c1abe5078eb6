import * as z from 'zod/mini'

const token = z
  .string()
  .check(z.trim(), z.minLength(10, 'Paste the whole token.'), z.maxLength(512, 'At most 512 characters.'))

export const connectSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Give it a name.'), z.maxLength(100, 'At most 100 characters.')),
  token,
  endpoint: z.string().check(
    z.trim(),
    z.refine(
      (v: string) => v === '' || (URL.canParse(v) && /^https?:/.test(v)),
      'Enter a complete address, such as https://api.example.com/v4.',
    ),
  ),
})

export const tokenSchema = z.object({ token })
