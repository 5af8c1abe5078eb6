import type { ComponentProps } from 'react'
import { CONTROL, useControlProps } from '@/components/ui/control'
import { cn } from '@/lib/cn'

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(CONTROL, 'min-h-20 py-2', className)} {...useControlProps()} {...props} />
}
