import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/lib/cn'

const LOOK = {
  info: { icon: Info, classes: 'bg-info-soft', tint: 'text-info' },
  success: { icon: CircleCheck, classes: 'bg-success-soft', tint: 'text-success' },
  warning: { icon: TriangleAlert, classes: 'bg-warning-soft', tint: 'text-warning' },
  danger: { icon: CircleAlert, classes: 'bg-danger-soft', tint: 'text-danger' },
}

interface AlertProps {
  tone: keyof typeof LOOK
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  className?: string
  /** Announces itself when it appears. */
  live?: boolean
}

export function Alert({ tone, title, children, action, className, live = false }: AlertProps) {
  const { icon: Icon, classes, tint } = LOOK[tone]
  return (
    <div
      role={live ? 'alert' : undefined}
      className={cn('flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg px-3.5 py-3', classes, className)}
    >
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tint)} />
      <div className="min-w-0 flex-1 basis-52 wrap-anywhere">
        {title ? <p className={cn('font-medium', tint)}>{title}</p> : null}
        {children ? <div className="text-[13px] text-text">{children}</div> : null}
      </div>
      {action}
    </div>
  )
}
