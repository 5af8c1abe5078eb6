const CONTINENTS: Record<string, string> = Object.fromEntries(
  (
    [
      ['North America', 'US CA MX'],
      ['South America', 'BR CL CO AR PE'],
      ['Europe', 'GB DE FR NL SE IT ES FI IE BE CH NO DK PL CZ PT RO GR UA'],
      ['Asia', 'IN JP ID SG MY HK KR TW CN TH PH VN'],
      ['Middle East', 'AE IL TR SA'],
      ['Oceania', 'AU NZ'],
      ['Africa', 'ZA NG KE'],
    ] as const
  ).flatMap(([continent, codes]) => codes.split(' ').map((code) => [code, continent])),
)
const ORDER = ['North America', 'Europe', 'Asia', 'Oceania', 'South America', 'Middle East', 'Africa', 'Elsewhere']

/** Things with a country, grouped by continent in a fixed order. */
export function byContinent<T extends { country: string; label: string }>(
  items: T[],
): { continent: string; items: T[] }[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const continent = CONTINENTS[item.country.toUpperCase()] ?? 'Elsewhere'
    groups.set(continent, [...(groups.get(continent) ?? []), item])
  }
  return ORDER.filter((c) => groups.has(c)).map((continent) => ({
    continent,
    items: (groups.get(continent) ?? []).sort((a, b) => a.label.localeCompare(b.label)),
  }))
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** Where one says the state with the city. */
const WITH_STATE = new Set(['us', 'ca'])

/** "Frankfurt" and "Germany" of a region called "Frankfurt, DE"; "Newark, NJ" and "United States" of "Newark, NJ, USA". */
export function placeOf({ label, country }: { label: string; country: string }): { city: string; country: string } {
  const [name = label, state] = label.split(', ')
  const said = WITH_STATE.has(country) && state && /^[A-Z]{2}$/.test(state) && state !== country.toUpperCase()
  const city = said ? `${name}, ${state}` : name
  const known = /^[a-z]{2}$/.test(country) ? (countryNames.of(country.toUpperCase()) ?? '') : ''
  return { city, country: known === city ? '' : known }
}
