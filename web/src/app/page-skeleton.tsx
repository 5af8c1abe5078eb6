import { BrandMark } from '@/components/brand'
import { Skeleton } from '@/components/ui/badge'

/** The outline of any page while its chunk comes. */
export function PageSkeleton() {
  return (
    <div className="page-width grid gap-5" aria-busy="true">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full rounded-lg" />
      <Skeleton className="h-64 w-full rounded-lg" />
    </div>
  )
}

/** The first moment of a visit, before it is known whose it is. */
export function Splash() {
  return (
    <div className="grid min-h-dvh place-content-center" role="status" aria-label="Loading">
      <span className="animate-shimmer">
        <BrandMark size={36} />
      </span>
    </div>
  )
}
