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

/** The outline of a form for strangers, as high as the one for signing in. */
export function FormSkeleton() {
  return (
    <div className="grid h-[292px] content-between" aria-busy="true">
      <Skeleton className="h-8 w-28" />
      <Skeleton className="h-15 w-full" />
      <Skeleton className="h-15 w-full" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-5 w-48" />
    </div>
  )
}
