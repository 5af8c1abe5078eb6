import { describe, expect, it } from 'vitest'
import { nameField, prints } from '@/lib/names'

describe('a name', () => {
  it.each([
    'Ada Lovelace',
    'O’Brien & Söhne',
    'می\u200cخواهم',
    'علی\u200cرضا',
    'क\u094d\u200dष',
    'The 👨\u200d👩\u200d👧\u200d👦 family',
    '👩🏽\u200d💻 Ltd',
    '❤\ufe0f GmbH',
    '🏳\ufe0f\u200d🌈',
    '1\ufe0f\u20e3 First',
    '🇩🇪',
    'e\u0301',
  ])('may be %j', (name) => {
    expect(prints(name)).toBe(true)
  })

  it.each([
    ['joiner at the beginning', '\u200da'],
    ['non-joiner at the end', 'a\u200c'],
    ['two joiners', 'a\u200c\u200cb'],
    ['joiner before a space', 'a\u200d b'],
    ['joiner between digits', '1\u200d2'],
    ['joiner between an emoji and a letter', '👩\u200da'],
    ['style after a letter', 'a\ufe0f'],
    ['style after a digit alone', '1\ufe0f'],
    ['style at the beginning', '\ufe0f'],
    ['text style', 'a\ufe0e'],
    ['zero-width space', 'a\u200bb'],
    ['soft hyphen', 'a\u00adb'],
    ['grapheme joiner', 'a\u034fb'],
    ['Hangul filler', 'a\u115f'],
    ['direction override', '\u202ea'],
    ['tag character', 'a\u{e0041}'],
    ['line separator', 'a\u2028b'],
    ['NUL', 'a\u0000b'],
  ])('has no %s', (_, name) => {
    expect(prints(name)).toBe(false)
  })

  it('is counted in characters and kept in one form', () => {
    expect(nameField().parse(' a\u0308 ')).toBe('\u00e4')
    expect(nameField().safeParse('👍'.repeat(100)).success).toBe(true)
    expect(nameField().safeParse('👍'.repeat(101)).success).toBe(false)
  })
})
