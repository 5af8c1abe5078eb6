import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

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
          if (!('cursor' in changes) && !('dialog' in changes) && !('tab' in changes)) next.delete('cursor')
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
