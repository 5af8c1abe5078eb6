import { expect, it } from 'vitest'
import { doneBy } from '@/lib/support'

it('says who did something, and whether an administrator did it in their place', () => {
  expect(doneBy({ actor: { name: 'Grace' }, support: null })).toBe('Grace')
  expect(doneBy({ actor: { name: 'Grace' }, support: 'Avery Admin' })).toBe('Support (as Grace)')
  expect(doneBy({ actor: null, support: 'Avery Admin' })).toBe('Support')
  expect(doneBy({ actor: null })).toBeNull()
})
