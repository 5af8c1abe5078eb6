import { cn } from '@/lib/cn'

interface SegmentedProps<T extends string> {
  label: string
  value: T
  options: { value: T; label: string }[]
  onChange: (value: T) => void
}

/** One of a few, side by side. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <div role="group" aria-label={label} className="inline-flex rounded-md border bg-surface-2 p-0.5">
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={o.value === value}
          onClick={() => onChange(o.value)}
          className={cn(
            'num h-7 rounded-sm px-2.5 text-[13px] text-muted hover:text-text touch:h-10',
            o.value === value && 'bg-surface font-medium text-text shadow-xs',
          )}
        >
          {o.label}
        </button>
      ))}
    </div>
  )
}
