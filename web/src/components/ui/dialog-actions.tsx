import type { ReactNode } from 'react'

/** The row of buttons that ends a dialog's form. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="-mx-5 mt-5 -mb-4 flex flex-wrap justify-end gap-2 border-t bg-surface-2 px-5 py-3">{children}</div>
  )
}
