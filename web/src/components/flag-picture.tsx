// Within the script: each as a file of its own would be a request for every region of a page.
const files = import.meta.glob<string>(
  '/node_modules/country-flag-icons/3x2/{AE,AR,AU,BE,BR,CA,CH,CL,CN,CO,CZ,DE,DK,ES,FI,FR,GB,GR,HK,ID,IE,IL,IN,IT,JP,KE,KR,MX,MY,NG,NL,NO,NZ,PE,PH,PL,PT,RO,SA,SE,SG,TH,TR,TW,UA,US,VN,ZA}.svg',
  { query: '?inline', import: 'default', eager: true },
)

/** A country's flag as a data address, or null where we have none. */
export const flagUrl = (country: string): string | null =>
  files[`/node_modules/country-flag-icons/3x2/${country.toUpperCase()}.svg`] ?? null

export function FlagPicture({ country }: { country: string }) {
  const url = flagUrl(country)
  if (!url) return <span className="font-mono text-[11px] text-muted uppercase">{country}</span>
  return (
    <img
      src={url}
      alt=""
      width={18}
      height={12}
      className="h-3 w-[18px] shrink-0 rounded-[2px] object-cover outline-1 -outline-offset-1 outline-text/15"
    />
  )
}
