import * as Dialog from '@radix-ui/react-dialog'
import { Search, type LucideIcon } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { Kbd } from '@/components/ui/kbd'
import { useOpener } from '@/components/ui/use-opener'
import { cn } from '@/lib/cn'

export interface Command {
  id: string
  /** The heading above it and its neighbours of the same group. */
  group: string
  label: string
  detail?: string
  icon: LucideIcon
  run: () => void
}

interface CommandBoxProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What can be searched for, as the field's name. */
  label: string
  placeholder: string
  /** What there is for what was typed, in the order in which it is shown. */
  useCommands: (text: string) => Command[]
}

/** A search whose answers are run rather than read: arrows choose, Enter runs, and the field keeps the focus. */
export function CommandBox({ open, onOpenChange, title, ...body }: CommandBoxProps) {
  const opener = useOpener()
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          {...opener}
          className="fixed top-[10dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 animate-pop flex-col overflow-hidden rounded-xl border bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          <Body {...body} onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type BodyProps = Pick<CommandBoxProps, 'label' | 'placeholder' | 'useCommands'> & { onDone: () => void }

function Body({ label, placeholder, useCommands, onDone }: BodyProps) {
  const list = useId()
  const [text, setText] = useState('')
  const [index, setIndex] = useState(0)
  const commands = useCommands(text)
  const active = commands[Math.min(index, commands.length - 1)]

  const run = (command: Command) => {
    onDone()
    command.run()
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step !== undefined && commands.length > 0) {
      e.preventDefault()
      const next = (index + step + commands.length) % commands.length
      setIndex(next)
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (e.key === 'Enter' && active) {
      e.preventDefault()
      run(active)
    }
  }

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden className="size-4 text-muted" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-label={label}
          aria-activedescendant={active ? `${list}-${commands.indexOf(active)}` : undefined}
          autoComplete="off"
          placeholder={placeholder}
          value={text}
          onChange={(e) => {
            setText(e.target.value)
            setIndex(0)
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent text-base outline-none placeholder:text-muted sm:text-sm"
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={list} role="listbox" aria-label="Results" className="min-h-0 overflow-y-auto p-2">
        {commands.map((command, i) => (
          <div key={command.id} role="presentation">
            {commands[i - 1]?.group === command.group ? null : (
              <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">
                {command.group}
              </p>
            )}
            {/* The keys are handled by the field, which keeps the focus. */}
            {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- see above */}
            <div
              id={`${list}-${i}`}
              role="option"
              aria-selected={command === active}
              onMouseMove={() => setIndex(i)}
              onClick={() => run(command)}
              className={cn(
                'flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-2.5 touch:min-h-11',
                command === active && 'bg-accent-soft',
              )}
            >
              <command.icon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1 wrap-anywhere">{command.label}</span>
              {command.detail ? <span className="num shrink-0 text-[13px] text-muted">{command.detail}</span> : null}
            </div>
          </div>
        ))}
      </div>
      {commands.length === 0 ? (
        <p role="status" className="px-4 pb-8 pt-4 text-center text-muted">
          Nothing matches “{text.trim()}”.
        </p>
      ) : null}
    </>
  )
}

/** Whether a label has every word of a text. */
export const hasWords = (label: string, text: string): boolean =>
  text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word))
