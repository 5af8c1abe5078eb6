import type { ReactNode } from 'react'

/** A key to press, as it is labelled on the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border bg-surface-2 px-1 text-[11px] text-muted">
      {children}
    </kbd>
  )
}
