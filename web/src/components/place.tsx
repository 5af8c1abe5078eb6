import { Flag } from '@/components/flag'
import { cn } from '@/lib/cn'
import { placeOf } from '@/lib/country'

interface PlaceProps {
  region: { label: string; country: string }
  /** The country too, where there is room. */
  full?: boolean
  className?: string
}

/** A region as people call it: its flag and its city; the country on hover. */
export function Place({ region, full = false, className }: PlaceProps) {
  const { city, country } = placeOf(region)
  return (
    <span
      className={cn('inline-flex max-w-full min-w-0 items-center gap-2', className)}
      title={[city, country].filter(Boolean).join(', ')}
    >
      <Flag country={region.country} />
      <span className={full ? 'min-w-0 wrap-anywhere' : 'min-w-0 truncate'}>
        {city}
        {full && country ? `, ${country}` : ''}
      </span>
    </span>
  )
}
