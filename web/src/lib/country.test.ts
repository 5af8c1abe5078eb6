import { expect, it } from 'vitest'
import { byContinent } from '@/lib/country'

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
})
