import { describe, expect, it } from 'vitest'
import { byContinent, flagUrl } from '@/lib/country'
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

it('groups regions by continent in a fixed order', () => {
  const region = (country: string, label: string) => ({ country, label })
  const groups = byContinent([
    region('sg', 'Singapore'),
    region('us', 'Newark'),
    region('xx', 'Nowhere'),
    region('de', 'Frankfurt'),
    region('ca', 'Toronto'),
  ])
  expect(groups.map((g) => g.continent)).toEqual(['North America', 'Europe', 'Asia', 'Elsewhere'])
  expect(groups[0]?.items.map((r) => r.label)).toEqual(['Newark', 'Toronto'])
  expect(flagUrl('DE')).toContain('DE')
  expect(flagUrl('xx')).toBeNull()
})
