import { ChevronDown, X } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { cn } from '@/lib/cn'

interface ComboOption {
  value: string
  label: string
  detail?: string
}

interface ComboFilterProps {
  label: string
  /** What is chosen, in words; empty for nothing. */
  chosen: string
  options: ComboOption[]
  /** What is typed, for the reader of `options`. */
  onText: (text: string) => void
  onPick: (value: string | null) => void
  /** What was typed may be chosen as it is. */
  free?: boolean
  className?: string
}

/** A filter by one of many: type to narrow the list, arrows and Enter to choose. */
export function ComboFilter({ label, chosen, options, onText, onPick, free = false, className }: ComboFilterProps) {
  const list = useId()
  const [text, setText] = useState<string | null>(null)
  const [index, setIndex] = useState(0)
  const open = text !== null && options.length > 0
  const active = options[Math.min(index, options.length - 1)]

  const edit = (next: string | null) => {
    setText(next)
    setIndex(0)
    onText(next ?? '')
  }
  const pick = (value: string | null) => {
    edit(null)
    onPick(value)
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step !== undefined) {
      e.preventDefault()
      if (text === null) edit('')
      else if (options.length > 0) setIndex((index + step + options.length) % options.length)
    } else if (e.key === 'Escape') edit(null)
    else if (e.key === 'Enter') {
      e.preventDefault()
      if (free && text?.trim()) pick(text.trim())
      else if (open && active) pick(active.value)
    }
  }

  return (
    <div className={cn('relative', className)}>
      <input
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && active ? `${list}-${options.indexOf(active)}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={`Any ${label.toLowerCase()}`}
        value={text ?? chosen}
        onFocus={() => onText('')}
        onClick={() => (text === null ? edit('') : undefined)}
        onChange={(e) => edit(e.target.value)}
        onBlur={() => edit(null)}
        onKeyDown={onKeyDown}
        className="h-9 w-full truncate rounded-md border border-line bg-surface px-3 pr-9 text-base placeholder:text-text focus-visible:outline-offset-0 sm:text-sm touch:h-11"
      />
      {chosen ? (
        <button
          type="button"
          aria-label={`Remove filter ${label}`}
          onClick={() => pick(null)}
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-muted hover:text-text"
        >
          <X aria-hidden className="size-4" />
        </button>
      ) : (
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
        />
      )}
      <div
        id={list}
        role="listbox"
        aria-label={label}
        hidden={!open}
        className="absolute top-full left-0 z-20 mt-1 max-h-72 w-max max-w-80 min-w-full overflow-y-auto rounded-lg border bg-surface p-1 shadow-lg"
      >
        {options.map((o, i) => (
          // The keys are handled by the field, which keeps the focus.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- see above
          <div
            key={o.value}
            id={`${list}-${i}`}
            role="option"
            aria-selected={o === active}
            onMouseDown={(e) => e.preventDefault()}
            onMouseMove={() => setIndex(i)}
            onClick={() => pick(o.value)}
            className={cn(
              'flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-sm px-2.5 touch:min-h-11',
              o === active && 'bg-surface-2',
            )}
          >
            <span className="min-w-0 wrap-anywhere">{o.label}</span>
            {o.detail ? <span className="num shrink-0 text-[13px] text-muted">{o.detail}</span> : null}
          </div>
        ))}
      </div>
    </div>
  )
}
