import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/** What a list does not depend on. */
const KEEPS_PAGE = new Set(['cursor', 'dialog', 'of', 'step', 'tab', 'window', 'statistics'])

/**
 * State that lives in the query string. `set` merges; null or '' removes. A change of a filter drops
 * the page (`cursor`), since it belongs to another list.
 */
export function useUrl() {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (changes: Record<string, string | null>, options: { push?: boolean } = {}) => {
      setParams(
        (old) => {
          const next = new URLSearchParams(old)
          if (Object.keys(changes).some((name) => !KEEPS_PAGE.has(name))) next.delete('cursor')
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace: !options.push, preventScrollReset: true },
      )
    },
    [setParams],
  )
  const get = useCallback((name: string) => params.get(name) ?? '', [params])
  return { get, set, params }
}

/** A dialog whose being open is part of the address. */
export function useUrlDialog(name: string) {
  const { get, set } = useUrl()
  const open = get('dialog') === name
  return {
    open,
    onOpenChange: (next: boolean) => set({ dialog: next ? name : null }, { push: next }),
  }
}

/** Dialogs about one of several things, such as a row of a list: which one (`of`) is part of the address too. */
export function useUrlDialogOf() {
  const { get, set } = useUrl()
  return {
    dialog: get('dialog'),
    of: get('of'),
    show: (dialog: string, of: string) => set({ dialog, of }, { push: true }),
    close: () => set({ dialog: null, of: null }),
  }
}
