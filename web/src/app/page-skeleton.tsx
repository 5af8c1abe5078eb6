import { Skeleton } from '@/components/ui/skeleton'

/** The outline of any page while its chunk loads. */
export function PageSkeleton() {
  return (
    <div className="page-width grid gap-5" aria-busy="true">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full rounded-lg" />
      <Skeleton className="h-64 w-full rounded-lg" />
    </div>
  )
}
