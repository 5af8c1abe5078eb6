import { useSyncExternalStore } from 'react'
import { serverNow } from '@/lib/clock'

/** One timer for all clocks on the page; it stops while no clock is shown. */
let now = serverNow()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    now = serverNow()
    timer = setInterval(() => {
      now = serverNow()
      for (const l of listeners) l()
    }, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Now by the server's clock in milliseconds, ticking each second while `active`. */
export function useNow(active = true): number {
  return useSyncExternalStore(active ? subscribe : idle, () => now)
}

const idle = () => () => undefined
