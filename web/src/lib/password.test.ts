import { describe, expect, it } from 'vitest'
import { generatePassword, passwordStrength } from '@/lib/password'

describe('passwordStrength', () => {
  it('says what is missing', () => {
    expect(passwordStrength('', 12)).toEqual({ score: 0, words: '' })
    expect(passwordStrength('abcdefghijk', 12)).toEqual({ score: 1, words: '1 more character needed' })
    expect(passwordStrength('password1234', 12).score).toBe(1)
    expect(passwordStrength('aaaaaaaaaaaaaaaa', 12).score).toBe(1)
  })

  it('grows with length and variety', () => {
    expect(passwordStrength('correct horse battery', 12).score).toBeGreaterThan(
      passwordStrength('314159265358', 12).score,
    )
    expect(passwordStrength('Vq7-mZ2_xT9.bK4+', 12).score).toBe(4)
  })
})

it('makes passwords that are strong and differ', () => {
  const all = Array.from({ length: 20 }, generatePassword)
  expect(new Set(all).size).toBe(20)
  for (const p of all) expect(passwordStrength(p, 12).score).toBe(4)
})
