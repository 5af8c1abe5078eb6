import * as z from 'zod'

/** The most characters of a person's or an organisation's name, as the server counts them. */
const MAX = 100

/** Joiners that spell words and emoji, and the mark that makes an emoji colourful. */
const JOINER = /[\u200c\u200d]/
const JOINED =
  /(?<=[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/gu
const COLOURED = /(?<=[\p{Emoji}])\ufe0f/gu
const INVISIBLE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u

/** Whether every character of a name shows. ZWNJ and ZWJ count within words and emoji, U+FE0F after emoji. */
export function prints(name: string): boolean {
  const rest = name.replace(JOINED, '').replace(COLOURED, '')
  return !JOINER.test(rest) && !INVISIBLE.test(rest)
}

/** A name as people have them, in one form (NFC) and without characters that do not show. */
export const nameField = () =>
  z
    .string()
    .transform((name) => name.normalize('NFC').trim())
    .refine((name) => Array.from(name).length <= MAX, `At most ${MAX} characters.`)
    .refine(prints, 'Leave out characters that do not show.')
