import { ChevronDown } from 'lucide-react'
import { createContext, useContext, useId, type ComponentProps, type ReactNode } from 'react'
import { cn } from '@/lib/cn'

interface Ids {
  control: string
  describedBy: string | undefined
  invalid: boolean
}

const FieldContext = createContext<Ids | null>(null)

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

function useControlProps() {
  const ids = useContext(FieldContext)
  return ids ? { id: ids.control, 'aria-describedby': ids.describedBy, 'aria-invalid': ids.invalid || undefined } : {}
}

const CONTROL =
  'w-full min-w-0 rounded-md border border-line bg-surface px-3 text-base text-text sm:text-sm placeholder:text-muted ' +
  'transition-colors focus-visible:border-accent focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger-dot'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(CONTROL, 'h-9 touch:h-11', className)} {...useControlProps()} {...props} />
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(CONTROL, 'min-h-20 py-2', className)} {...useControlProps()} {...props} />
}

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
