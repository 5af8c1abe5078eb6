import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '@/lib/clipboard'
import { cn } from '@/lib/cn'

interface CopyTextProps {
  text: string
  /** What it is, for the name of the button: "IP address". */
  what: string
  className?: string
  /** Breaks into lines where there is no room, rather than being cut. */
  wrap?: boolean
  /** Shown instead of the text itself. */
  children?: React.ReactNode
}

/** For how long it is said that the browser refused. */
const REFUSAL_MS = 6000

/** Mono text that a click copies. */
export function CopyText({ text, what, className, wrap = false, children }: CopyTextProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  const copy = async () => {
    const copied = await copyText(text)
    setOutcome(copied ? 'copied' : 'refused')
    setTimeout(() => setOutcome(null), copied ? 1500 : REFUSAL_MS)
  }
  const copied = outcome === 'copied'
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={(e) => {
        e.stopPropagation()
        e.preventDefault()
        void copy()
      }}
      className={cn(
        'group inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-sm font-mono text-[13px] text-text hover:text-accent touch:min-h-11',
        className,
      )}
      aria-label={children === undefined ? `Copy ${what} ${text}` : `Copy ${what}`}
    >
      <span title={wrap ? undefined : text} className={cn('select-text', wrap ? 'text-left break-all' : 'truncate')}>
        {children ?? text}
      </span>
      <Icon
        aria-hidden
        className={cn('size-3.5 shrink-0', copied ? 'text-success' : 'text-muted opacity-60 group-hover:opacity-100')}
      />
      <span className={outcome === 'refused' ? 'font-sans text-xs text-warning' : 'sr-only'} role="status">
        {copied ? 'Copied' : outcome === 'refused' ? 'Not copied: select it by hand' : ''}
      </span>
    </button>
  )
}
