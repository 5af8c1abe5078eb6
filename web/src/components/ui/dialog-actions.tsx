import type { ReactNode } from 'react'

/** The row of buttons that ends a dialog's form: it stays in sight while the form scrolls. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div
      data-feet
      className="sticky bottom-0 z-10 -mx-5 mt-5 flex flex-wrap justify-end gap-2 border-t bg-surface-2 px-5 py-3 short:static"
    >
      {children}
    </div>
  )
}
