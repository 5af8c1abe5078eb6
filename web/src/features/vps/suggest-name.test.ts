import { expect, it } from 'vitest'
import { suggestName } from '@/features/vps/suggest-name'
import { labelSchema } from '@/features/vps/schemas'

it.each([
  ['Debian', 'Frankfurt', [], 'debian-frankfurt-1'],
  ['Debian', 'Newark, NJ', ['debian-newark-1', 'Debian-Newark-2'], 'debian-newark-3'],
  ['AlmaLinux', 'São Paulo', ['other'], 'almalinux-sao-paulo-1'],
  ['Ubuntu', undefined, [], 'ubuntu-1'],
])('%s in %s', (vendor, city, taken, name) => {
  expect(suggestName(vendor, city, taken)).toBe(name)
  expect(labelSchema.safeParse(name).success).toBe(true)
})

it('suggests nothing before a choice', () => {
  expect(suggestName(undefined, undefined, [])).toBe('')
})
