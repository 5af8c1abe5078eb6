import type { ComponentProps } from 'react'
import { CONTROL, useControlProps } from '@/components/ui/control'
import { cn } from '@/lib/cn'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(CONTROL, 'h-9 touch:h-11', className)} {...useControlProps()} {...props} />
}
