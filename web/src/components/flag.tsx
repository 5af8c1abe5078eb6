import { lazy, Suspense } from 'react'

/** All flags in one script, which only pages with regions ask for. */
const FlagPicture = lazy(() => import('@/components/flag-picture').then((m) => ({ default: m.FlagPicture })))

/** A country's flag beside its city; the city's name says it all, so the picture is silent. */
export function Flag({ country }: { country: string }) {
  return (
    <Suspense fallback={<span aria-hidden className="inline-block h-3 w-[18px] shrink-0" />}>
      <FlagPicture country={country} />
    </Suspense>
  )
}
