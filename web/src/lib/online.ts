import { useSyncExternalStore } from 'react'

/** Whether the browser knows of a connection. True where it does not say. */
export const isOnline = () => (globalThis.navigator as { onLine?: boolean } | undefined)?.onLine !== false

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

export const useOnline = () => useSyncExternalStore(subscribe, isOnline)
