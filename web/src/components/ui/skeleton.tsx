import type { CSSProperties } from 'react'
import { cn } from '@/lib/cn'

/** A placeholder of the right size while the real thing loads. */
export function Skeleton({ className, style }: { className?: string; style?: CSSProperties }) {
  return <span aria-hidden style={style} className={cn('block animate-shimmer rounded-sm bg-surface-3', className)} />
}

/** Rows of two lines, as in the short lists of cards, while these load. */
export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="grid h-[57px] content-center gap-2 border-b px-4 last:border-b-0 sm:px-5">
          <Skeleton className="h-3.5 w-2/5" />
          <Skeleton className="h-3 w-3/5" />
        </div>
      ))}
    </div>
  )
}
