import { cn } from '@/lib/cn'

/** One line that may be shortened; its full text is a hover away. A link to the thing's own page needs no such help. */
export function Truncated({ text, className }: { text: string; className?: string }) {
  return (
    <span title={text} className={cn('block min-w-0 truncate', className)}>
      {text}
    </span>
  )
}
