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
