import { Slot } from '@radix-ui/react-slot'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

const VARIANTS = {
  primary: 'bg-primary text-on-primary hover:bg-primary-hover border-transparent',
  secondary: 'bg-surface text-text border-border hover:bg-surface-2',
  ghost: 'bg-transparent text-text border-transparent hover:bg-surface-2',
  danger: 'bg-danger-solid text-on-primary border-transparent hover:brightness-90',
  'danger-quiet': 'bg-surface text-danger border-border hover:bg-danger-soft',
}
const SIZES = {
  sm: 'h-8 px-2.5 text-[13px] gap-1.5 touch:min-h-11',
  md: 'h-9 px-3.5 text-sm gap-2 touch:min-h-11',
  lg: 'h-11 px-5 text-sm gap-2',
  icon: 'size-9 touch:size-11',
  'icon-sm': 'size-8 touch:size-11',
}

interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
  /** Shows a spinner and takes no clicks; the label stays, so nothing jumps. */
  pending?: boolean
  asChild?: boolean
}

export function Button({
  variant = 'secondary',
  size = 'md',
  pending = false,
  asChild = false,
  className,
  disabled,
  onClick,
  children,
  ...props
}: ButtonProps) {
  const classes = cn(
    'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors duration-150 select-none',
    'disabled:pointer-events-none disabled:opacity-55 aria-disabled:pointer-events-none aria-disabled:opacity-55',
    VARIANTS[variant],
    SIZES[size],
    className,
  )
  if (asChild) {
    return (
      <Slot className={classes} {...(onClick ? { onClick } : {})} {...props}>
        {children}
      </Slot>
    )
  }
  return (
    <button
      type="button"
      className={classes}
      disabled={disabled}
      // Not disabled: that would take the focus from the person who pressed it.
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...props}
    >
      {pending ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : null}
      {children}
    </button>
  )
}
