import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface BannerProps {
  tone: 'danger' | 'warning'
  icon: ReactNode
  children: ReactNode
}

/** A line across the whole page, above everything else. */
export function Banner({ tone, icon, children }: BannerProps) {
  return (
    <div
      className={cn(
        'flex items-center justify-center gap-2.5 px-4 py-2 text-[13px]',
        tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning',
      )}
    >
      {icon}
      <p className="min-w-0 wrap-anywhere">{children}</p>
    </div>
  )
}
