import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
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

/** Mono text that a click copies. */
export function CopyText({ text, what, className, wrap = false, children }: CopyTextProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      setTimeout(() => setCopied(false), 1500)
    } catch {
      // Without the right to the clipboard the text can still be selected.
    }
  }
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
      <span className={cn('select-text', wrap ? 'text-left break-all' : 'truncate')}>{children ?? text}</span>
      <Icon
        aria-hidden
        className={cn('size-3.5 shrink-0', copied ? 'text-success' : 'text-muted opacity-60 group-hover:opacity-100')}
      />
      <span className="sr-only" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  )
}
