/**
 * The session itself is an HttpOnly cookie. What lives here is only a hint that one exists, so that
 * a newcomer's first page makes no request that is bound to be refused.
 */
const HINT = 'sp.session'
const listeners = new Set<() => void>()

export function hasSessionHint(): boolean {
  try {
    return localStorage.getItem(HINT) === '1'
  } catch {
    return true
  }
}

export function setSessionHint(on: boolean): void {
  try {
    if (on) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // Storage may be switched off: then `me` is simply asked each time.
  }
}

/** Called when the server no longer accepts the session. Returns the way to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function announceSignedOut(): void {
  setSessionHint(false)
  for (const listener of listeners) listener()
}
