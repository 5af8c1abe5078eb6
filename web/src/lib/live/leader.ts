import { newId } from '@/lib/new-id'

/** How tabs take turns, in milliseconds. */
export interface LeadTiming {
  /** Between two looks. */
  lookMs: number
  /** A leader that says nothing for so long was frozen by the browser, and another tab takes over. */
  leaderSilenceMs: number
  /** How long a lead in storage lasts without being renewed. */
  leaseMs: number
}

interface Contender {
  /** This tab leads from now on. */
  onLead: () => void
  /** Another tab does, from now on. */
  onLost: () => void
  /** Milliseconds since the leader was last heard. */
  silentForMs: () => number
}

/**
 * Has one tab of this browser lead: by a lock where there are locks, by a lease in storage over plain http,
 * and every tab for itself where there is neither. Two may lead for a moment, and none for a few seconds.
 * Returns the way to step back.
 */
export function contend(name: string, contender: Contender, t: LeadTiming): () => void {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks
  return locks ? byLock(locks, name, contender, t) : byLease(name, contender, t)
}

function byLock(locks: LockManager, name: string, on: Contender, t: LeadTiming): () => void {
  let stopped = false
  let release: (() => void) | null = null
  let queued = new AbortController()

  const hold = () =>
    new Promise<void>((done) => {
      if (stopped) return done()
      release = done
      on.onLead()
    })
  const ask = (options: LockOptions) => {
    let held = false
    const run = () => {
      held = true
      return hold()
    }
    // Given up before it came, which is no loss, or stolen from this tab.
    locks.request(name, options, run).catch(() => (held ? lost() : undefined))
  }
  const lost = () => {
    release = null
    if (stopped) return
    on.onLost()
    queue()
  }
  const queue = () => {
    queued = new AbortController()
    ask({ signal: queued.signal })
  }
  const steal = () => {
    queued.abort()
    ask({ steal: true })
  }

  let looked = Date.now()
  const look = setInterval(() => {
    const late = Date.now() - looked > 2 * t.lookMs
    looked = Date.now()
    // A tab that slept itself has heard nothing: that says nothing about the leader.
    if (late || release !== null || isHidden()) return
    if (on.silentForMs() > t.leaderSilenceMs) steal()
  }, t.lookMs)

  queue()
  return () => {
    stopped = true
    clearInterval(look)
    queued.abort()
    release?.()
  }
}

const isHidden = () => typeof document !== 'undefined' && document.visibilityState === 'hidden'

function byLease(name: string, on: Contender, t: LeadTiming): () => void {
  const key = `sp.lead.${name}`
  const me = newId()
  let leading = false

  /** Who leads until when, by this computer's clock; null when none does. */
  const holder = (): string | null => {
    const [id = '', until = ''] = (localStorage.getItem(key) ?? '').split(' ')
    const left = Number(until) - Date.now()
    // A lease from a clock that was set back since would last too long.
    return left > 0 && left <= t.leaseMs ? id : null
  }
  const look = () => {
    let mine = true
    try {
      const id = holder()
      mine = id === null || id === me
      if (mine) localStorage.setItem(key, `${me} ${Date.now() + t.leaseMs}`)
    } catch {
      // Without storage each tab leads itself.
    }
    if (mine === leading) return
    leading = mine
    if (mine) on.onLead()
    else on.onLost()
  }

  /** Else the others would wait until the lease is over; a closed tab runs nothing but this. */
  const release = () => {
    try {
      if (leading && holder() === me) localStorage.removeItem(key)
    } catch {
      // Nothing was kept.
    }
  }

  look()
  const timer = setInterval(look, t.lookMs)
  globalThis.addEventListener?.('pagehide', release)
  return () => {
    clearInterval(timer)
    globalThis.removeEventListener?.('pagehide', release)
    release()
  }
}
