import * as z from 'zod/mini'
import { holdsPrivateKey, looksLikePublicKey } from '@/lib/ssh-key'

export const labelSchema = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'Give the server a name.'),
    z.minLength(3, 'At least 3 characters.'),
    z.maxLength(64, 'At most 64 characters.'),
    z.regex(
      /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
      'Use letters, digits, dots, dashes and underscores; begin and end with a letter or digit.',
    ),
  )

const MAX_TAGS = 10
const MAX_NOTES = 2000

/** "web, prod": separated by commas or spaces, each once, in small letters. */
export const readTags = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  ),
]

const tagsAre = (fits: (tags: string[]) => boolean, otherwise: string) =>
  z.refine<string>((text) => fits(readTags(text)), otherwise)

export const notesSchema = z.object({
  tags: z.string().check(
    tagsAre((tags) => tags.length <= MAX_TAGS, `At most ${MAX_TAGS} tags.`),
    tagsAre((tags) => tags.every((tag) => tag.length <= 32), 'At most 32 characters in each tag.'),
    tagsAre(
      (tags) => tags.every((tag) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(tag)),
      'Use letters, digits and dashes; begin and end each tag with a letter or digit.',
    ),
  ),
  notes: z.string().check(z.trim(), z.maxLength(MAX_NOTES, `At most ${MAX_NOTES.toLocaleString('en')} characters.`)),
})

const TOKEN = /^sk-/

export const createSchema = (minPassword: number) =>
  z
    .object({
      plan_id: z.string().check(z.minLength(1, 'Choose a plan.')),
      image: z.string().check(z.minLength(1, 'Choose an image.')),
      region: z.string().check(z.minLength(1, 'Choose a region.')),
      label: labelSchema,
      access: z.enum(['ssh', 'password']),
      ssh_public_key: z.string().check(z.trim()),
      root_password: z.string(),
    })
    .check(
      z.superRefine((v, ctx) => {
        const fail = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
        if (v.access === 'ssh') {
          if (holdsPrivateKey(v.ssh_public_key))
            fail('ssh_public_key', 'This is a private key: keep it to yourself. Paste the one that ends in .pub.')
          else if (TOKEN.test(v.ssh_public_key.trim()))
            fail('ssh_public_key', 'Keys of security tokens can’t be used here. Use one that begins with ssh-ed25519.')
          else if (!looksLikePublicKey(v.ssh_public_key))
            fail('ssh_public_key', 'Paste one public key, e.g. a line that begins with ssh-ed25519.')
        } else {
          if (v.root_password.length < minPassword) fail('root_password', `Use at least ${minPassword} characters.`)
          if (v.root_password.length > 128) fail('root_password', 'At most 128 characters.')
        }
      }),
    )

export type CreateForm = z.infer<ReturnType<typeof createSchema>>
