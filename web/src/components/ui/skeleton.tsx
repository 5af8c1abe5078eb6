import type { CSSProperties } from 'react'
import { cn } from '@/lib/cn'

/** A placeholder of the right size while the real thing loads. */
export function Skeleton({ className, style }: { className?: string; style?: CSSProperties }) {
  return <span aria-hidden style={style} className={cn('block animate-shimmer rounded-sm bg-surface-3', className)} />
}
