import { describe, expect, it } from 'vitest'
import { nameField, prints } from '@/lib/names'

describe('a name', () => {
  it.each([
    'Ada Lovelace',
    'می‌خواهم',
    'علی‌رضا',
    'क्‍ष',
    'The 👨‍👩‍👧‍👦 family',
    '👩🏽‍💻 Ltd',
    '❤️ GmbH',
    '🏳️‍🌈',
    '1️⃣ First',
    'O’Brien & Söhne',
  ])('may be %j', (name) => {
    expect(prints(name)).toBe(true)
  })

  it.each([
    ['zero-width space', 'Ad\u200ba'],
    ['joiner between spaces', 'Ada \u200d Lovelace'],
    ['joiner at the end', 'Ada\u200d'],
    ['non-joiner at the beginning', '\u200cAda'],
    ['direction override', 'Ada\u202egnp'],
    ['soft hyphen', 'A\u00adda'],
    ['variation selector after a letter', 'Ada\ufe0f'],
    ['tag character', 'Ada\u{e0041}'],
    ['Hangul filler', 'Ada\u3164'],
    ['NUL', 'Ada\u0000'],
  ])('has no %s', (_, name) => {
    expect(prints(name)).toBe(false)
  })

  it('is counted in characters and kept in one form', () => {
    expect(nameField().parse(' a\u0308 ')).toBe('\u00e4')
    expect(nameField().safeParse('👍'.repeat(100)).success).toBe(true)
    expect(nameField().safeParse('👍'.repeat(101)).success).toBe(false)
  })
})
