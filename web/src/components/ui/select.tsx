import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { CONTROL, useControlProps } from '@/components/ui/control'
import { cn } from '@/lib/cn'

/** The browser's own list: best on phones and known to every keyboard. `className` is of the frame. */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative block w-full', className)}>
      <select
        className={cn(CONTROL, 'h-9 appearance-none truncate pr-9 touch:h-11')}
        {...useControlProps()}
        {...props}
      />
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  )
}
