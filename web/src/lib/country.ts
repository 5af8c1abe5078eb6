const files = import.meta.glob<string>(
  '/node_modules/country-flag-icons/3x2/{AE,AR,AU,BE,BR,CA,CH,CL,CN,CO,CZ,DE,DK,ES,FI,FR,GB,GR,HK,ID,IE,IL,IN,IT,JP,KE,KR,MX,MY,NG,NL,NO,NZ,PE,PH,PL,PT,RO,SA,SE,SG,TH,TR,TW,UA,US,VN,ZA}.svg',
  { query: '?url', import: 'default', eager: true },
)

/** Address of a country's flag, or null where we have none. */
export const flagUrl = (country: string): string | null =>
  files[`/node_modules/country-flag-icons/3x2/${country.toUpperCase()}.svg`] ?? null

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
