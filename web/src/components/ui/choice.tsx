import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface ChoiceProps extends ComponentProps<'input'> {
  children: ReactNode
}

/** One card of a radio group: the whole card is the radio's label. */
export function Choice({ children, className, disabled, ...props }: ChoiceProps) {
  return (
    <label
      className={cn(
        'relative block min-w-0 wrap-anywhere cursor-pointer rounded-md border bg-surface p-3 transition-colors duration-150 hover:border-line touch:min-h-11',
        'has-checked:border-accent has-checked:bg-accent-soft/50 has-checked:ring-1 has-checked:ring-accent',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        disabled && 'cursor-not-allowed bg-surface-2 text-muted hover:border-border',
        className,
      )}
    >
      <input type="radio" className="sr-only" disabled={disabled} {...props} />
      {children}
    </label>
  )
}

interface ChoiceGroupProps {
  legend: string
  error?: string | undefined
  children: ReactNode
  className?: string
}

export function ChoiceGroup({ legend, error, children, className }: ChoiceGroupProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{legend}</legend>
      <div className={className}>{children}</div>
      {error ? (
        <p role="alert" className="mt-2 text-[13px] text-danger">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}
