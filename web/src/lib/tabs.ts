/** Whose session it is from now on, told to the other tabs of this browser. */
const CHANNEL = 'sp.session'

let channel: BroadcastChannel | null | undefined

/** Null where the browser has no such channel: then storage alone carries the word. */
function open(): BroadcastChannel | null {
  channel ??= typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null
  return channel
}

export function tellTabs(session: string | null): void {
  open()?.postMessage({ session })
}

/**
 * Hears of a sign-in, of a sign-out (null) and of an end in another tab: by the channel, and by the change
 * of the storage `key` that goes with it, whichever of the two the browser has. A word may come twice.
 */
export function onOtherTab(key: string, listener: (session: string | null) => void): void {
  open()?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('session' in data)) return
    if (typeof data.session === 'string' || data.session === null) listener(data.session)
  })
  if (typeof addEventListener !== 'function') return
  addEventListener('storage', (event: StorageEvent) => {
    if (event.key === key) listener(event.newValue)
    // The whole storage was cleared: the next answer tells whose session it is.
  })
}
