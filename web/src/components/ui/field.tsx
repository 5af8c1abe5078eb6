import { useId, type ReactNode } from 'react'
import { FieldContext } from '@/components/ui/control'
import { cn } from '@/lib/cn'

interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  /** Beside the label, e.g. a link. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

/** A label, its control, and what is to be said about it, tied together for screen readers. */
export function Field({ label, hint, error, aside, children, className }: FieldProps) {
  const id = useId()
  const described = [error ? `${id}-error` : null, hint ? `${id}-hint` : null].filter(Boolean).join(' ')
  return (
    <FieldContext value={{ control: `${id}-control`, describedBy: described || undefined, invalid: Boolean(error) }}>
      <div className={cn('grid content-start gap-1.5', className)}>
        <div className="flex items-baseline justify-between gap-3">
          <label htmlFor={`${id}-control`} className="text-[13px] font-medium">
            {label}
          </label>
          {aside}
        </div>
        {children}
        {error ? (
          <p id={`${id}-error`} className="text-[13px] text-danger" role="alert">
            {error}
          </p>
        ) : null}
        {hint ? (
          <p id={`${id}-hint`} className="text-[13px] text-muted">
            {hint}
          </p>
        ) : null}
      </div>
    </FieldContext>
  )
}
