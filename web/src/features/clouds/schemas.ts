import * as z from 'zod'

const token = z.string().trim().min(10, 'Paste the whole token.').max(512, 'At most 512 characters.')

export const connectSchema = z.object({
  name: z.string().trim().min(1, 'Give it a name.').max(100, 'At most 100 characters.'),
  token,
  endpoint: z
    .string()
    .trim()
    .refine(
      (v) => v === '' || (URL.canParse(v) && /^https?:/.test(v)),
      'Enter a complete address, such as https://api.example.com/v4.',
    ),
})

export const tokenSchema = z.object({ token })
