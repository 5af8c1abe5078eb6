import * as z from 'zod/mini'

/** The most characters of a person's or an organisation's name, as the server counts them. */
const MAX = 100

/** Letters with their marks, and emoji with theirs: what a joiner may stand between. */
const LETTERS = /(?<=[\p{Alphabetic}\p{M}])[\u200c\u200d](?=[\p{Alphabetic}\p{M}])/gu
const EMOJI = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d](?=\p{Extended_Pictographic})/gu
/** Makes an emoji colourful; digits are emoji too, but only within a keycap. */
const STYLE = /(?<=\p{Emoji})(?<![0-9#*])\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)/gu
const HIDDEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u

/**
 * Whether every character of a name prints, as the server sees it. ZWNJ and ZWJ do between letters and between
 * emoji, U+FE0F after an emoji.
 */
export function prints(name: string): boolean {
  const rest = name.replace(LETTERS, '').replace(EMOJI, '').replace(STYLE, '')
  return !HIDDEN.test(rest)
}

/** A name as people have them, in one form (NFC) and without characters that do not print. */
export const nameField = () =>
  z.string().check(
    z.overwrite((name: string) => name.normalize('NFC').trim()),
    z.refine((name: string) => Array.from(name).length <= MAX, `At most ${MAX} characters.`),
    z.refine(prints, 'Leave out characters that do not print.'),
  )
