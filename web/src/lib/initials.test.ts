import { afterEach, describe, expect, it, vi } from 'vitest'
import { initialsOf } from '@/lib/initials'

afterEach(() => vi.unstubAllGlobals())

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['  ada  ', 'A'],
    ['Grace Brewster Hopper', 'GB'],
    ['👨‍👩‍👧 Smith', '👨‍👩‍👧S'],
    ['🏳️‍🌈 Pride', '🏳️‍🌈P'],
    ['🇮🇷 🇩🇪', '🇮🇷🇩🇪'],
    ['a\u0308nne', 'A\u0308'],
    ['می‌خواهم', 'م'],
    ['', ''],
  ])('of %j are %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })

  it('are whole code points where the browser knows no more', () => {
    vi.stubGlobal('Intl', { ...Intl, Segmenter: undefined })
    expect(initialsOf('👨‍👩‍👧 Smith')).toBe('👨S')
  })
})
