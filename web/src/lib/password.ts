/** 0 (empty) to 4 (strong), with words for the meter. A hint for people: the server decides. */
interface Strength {
  score: 0 | 1 | 2 | 3 | 4
  words: string
}

const WORDS = ['', 'Weak', 'Fair', 'Good', 'Strong'] as const
const COMMON = /^(?:password|passw0rd|qwerty|letmein|welcome|admin|abc|123|111|iloveyou|secret|changeme|root)/i

export function passwordStrength(password: string, minLength: number): Strength {
  if (password.length === 0) return { score: 0, words: '' }
  if (password.length < minLength) {
    const missing = minLength - password.length
    return { score: 1, words: `${missing} more ${missing === 1 ? 'character' : 'characters'} needed` }
  }
  if (COMMON.test(password) && password.length < minLength + 8)
    return { score: 1, words: 'Starts like a commonly guessed password' }
  if (new Set(password).size < 5) return { score: 1, words: 'Too few different characters' }
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((r) => r.test(password)).length
  const bits = password.length * Math.log2([0, 26, 40, 56, 70][classes] ?? 70)
  const score = bits < 50 ? 2 : bits < 80 ? 3 : 4
  return { score, words: WORDS[score] }
}

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.+'

/** A random password of 24 characters that are easy to tell apart. */
export function generatePassword(): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint32Array(24))
    const password = Array.from(bytes, (b) => ALPHABET[b % ALPHABET.length]).join('')
    if ([/[a-z]/, /[A-Z]/, /\d/, /[-_.+]/].every((r) => r.test(password))) return password
  }
}
