import { flagUrl } from '@/lib/country'

/** A country's flag beside its city; the city's name says it all, so the picture is silent. */
export function Flag({ country }: { country: string }) {
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
