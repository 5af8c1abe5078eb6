import { useCallback, useRef } from 'react'
import { useLocation, useNavigate, useNavigationType, useSearchParams } from 'react-router'

/** What a list does not depend on. */
const KEEPS_PAGE = new Set(['cursor', 'dialog', 'of', 'step', 'tab', 'window', 'statistics'])

/** What opens a dialog where the address has it. */
const OPENS = ['dialog', 'edit', 'off', 'delete', 'prices']
const closes = (changes: Record<string, string | null>, params: URLSearchParams) =>
  OPENS.some((name) => changes[name] === null && params.has(name)) &&
  Object.values(changes).every((value) => value === null)

/**
 * State that lives in the query string. `set` merges; null or '' removes. A change of a filter drops
 * the page (`cursor`), since it belongs to another list. Closing a dialog leads back to where it was opened, be it
 * another page, so that the history has no step without effect; one that an address brought closes where it is.
 */
export function useUrl() {
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const { key, state } = useLocation() as { key: string; state: { opened?: boolean } | null }
  const opened = useNavigationType() === 'PUSH' || state?.opened === true
  const left = useRef('')
  const set = useCallback(
    (changes: Record<string, string | null>, options: { push?: boolean } = {}) => {
      if (opened && closes(changes, params)) {
        // A second Escape must not lead further back.
        if (left.current !== key) void navigate(-1)
        left.current = key
        return
      }
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
        {
          replace: !options.push,
          preventScrollReset: true,
          ...(opened || options.push ? { state: { opened: true } } : {}),
        },
      )
    },
    [params, setParams, navigate, opened, key],
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
