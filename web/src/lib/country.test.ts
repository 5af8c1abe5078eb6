import { expect, it } from 'vitest'
import { byContinent, placeOf } from '@/lib/country'

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

it.each([
  ['Frankfurt, DE', 'de', 'Frankfurt', 'Germany'],
  ['Newark, NJ, USA', 'us', 'Newark, NJ', 'United States'],
  ['Newark, NJ', 'us', 'Newark, NJ', 'United States'],
  ['Toronto, ON, CAN', 'ca', 'Toronto, ON', 'Canada'],
  ['Toronto, CA', 'ca', 'Toronto', 'Canada'],
  ['London, England, UK', 'gb', 'London', 'United Kingdom'],
  ['Tokyo 2, JP', 'jp', 'Tokyo 2', 'Japan'],
  ['Singapore, SG', 'sg', 'Singapore', ''],
  ['eu-central', '', 'eu-central', ''],
])('%s is a place for people', (label, country, city, name) => {
  expect(placeOf({ label, country })).toEqual({ city, country: name })
})
