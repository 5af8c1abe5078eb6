import { onOtherTab, tellTabs } from '@/lib/tabs'

/**
 * The session itself is an HttpOnly cookie, and all tabs of a browser have the same one. What lives here
 * is who it belongs to, so that tabs hear of each other's sign-ins, and so that a newcomer's first page
 * makes no request that is bound to be refused.
 */
const HINT = 'sp.session'
/** Instead of a user's id: the session ran out, which is not the same as signing out. */
const ENDED = 'ended'

export type SessionChange =
  /** The person signed out, in this tab or another: nothing of theirs is kept. */
  | 'signed-out'
  /** The session is over; the same person may sign in again and find the drafts. */
  | 'ended'
  /** Another tab signed a person in: ask who it is. */
  | 'signed-in'
  /** This page acts for a person who is no longer signed in: ask who is. */
  | 'other-person'
  /** This page acts for another person from now on: nothing of the former one is kept. */
  | 'changed'

type Listener = (change: SessionChange) => void
const listeners = new Set<Listener>()
let acting: string | null = null
let former: string | null = null

function hint(): string | null {
  try {
    return localStorage.getItem(HINT)
  } catch {
    // Storage may be switched off: then `me` is simply asked each time.
    return 'unknown'
  }
}

function setHint(value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(HINT)
    else localStorage.setItem(HINT, value)
  } catch {
    // See above.
  }
}

export function hasSessionHint(): boolean {
  const value = hint()
  return value !== null && value !== ENDED
}

/** Notes that there is no session, without telling anybody. */
export const forgetSession = () => setHint(null)

/** The user for whom this page acts; null on the pages for strangers. */
export const actingFor = (): string | null => acting

/** The user for whom this tab acted before; null in a fresh tab. */
export const formerPerson = (): string | null => former

/** From now on this page acts for this user, whom the server named. */
export function actFor(user: string): void {
  const changed = acting !== null && acting !== user
  if (changed) former = acting
  acting = user
  if (hint() !== user) setHint(user)
  if (changed) announce('changed')
}

/** A sign-in of this tab; the other tabs hear of it. */
export function enter(user: string): void {
  acting = user
  setHint(user)
  tellTabs(user)
}

function leave(change: 'signed-out' | 'ended'): void {
  former = acting ?? former
  acting = null
  announce(change)
}

/** A sign-out of this tab; the other tabs hear of it. */
export function announceSignedOut(): void {
  setHint(null)
  tellTabs(null)
  leave('signed-out')
}

/** The server no longer accepts the session, which is every tab's; `user` is the person it was asked for. */
export function announceEnded(user: string | null): void {
  // Another tab has signed out or in since the request was sent: its answer is about a former session.
  if (user !== acting) return
  setHint(ENDED)
  tellTabs(ENDED)
  leave('ended')
}

/** The server said that this page acts for a person who is no longer signed in. */
export const announceOtherPerson = () => announce('other-person')

/** Called when the session changes, here or in another tab. Returns the way to stop listening. */
export function onSession(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function announce(change: SessionChange): void {
  for (const listener of listeners) listener(change)
}

onOtherTab(HINT, (user) => {
  if (user === ENDED || user === null) {
    if (acting !== null) leave(user === ENDED ? 'ended' : 'signed-out')
  } else if (user !== acting) announce(acting === null ? 'signed-in' : 'other-person')
})
