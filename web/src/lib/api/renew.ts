import { Problem, problemFrom, toProblem } from '@/lib/api/problem'
import { isMeantForOther, post, send } from '@/lib/api/send'
import { announceOtherPerson } from '@/lib/api/session'
import type { Me } from '@/lib/api/types'
import { oneAtATime } from '@/lib/lock'
import { newId } from '@/lib/new-id'

/** Changes with each renewal in any tab: it tells whether another tab has renewed meanwhile. */
const RENEWALS = 'sp.renewals'
/** Pauses between tries, in milliseconds. */
const PAUSES_MS = [300, 1000, 3000]
/** The longest time that the server may ask for and that a person is kept waiting for. */
const MAX_WAIT_S = 5
const ANSWER_MS = 20_000

/** The name of the lock under which the session's cookies change. */
export const SESSION_LOCK = 'sp.session'

type Listener = (me: Me | null) => void
const listeners = new Set<Listener>()

let renewing: Promise<'renewed' | 'ended'> | null = null

/** How often the session was renewed in this browser, as an opaque word; null where nothing can be kept. */
export function renewals(): string | null {
  try {
    return localStorage.getItem(RENEWALS)
  } catch {
    return null
  }
}

/**
 * The same, as it was when a first request to this path was sent: the page's hints ask who is signed in before our
 * scripts run (`web/scripts/hints.ts`), and another tab may have renewed between.
 */
export function renewalsBefore(path: string): string | null {
  const early: unknown = path === '/api/auth/me' ? Reflect.get(globalThis, 'spRenewals') : undefined
  if (early === undefined) return renewals()
  Reflect.deleteProperty(globalThis, 'spRenewals')
  return typeof early === 'string' ? early : null
}

/**
 * Called after each renewal with what the session is from then on: a renewal follows a change of a role or of a
 * membership, which ends the former token. Null when another tab renewed, which has only said that it did. Returns the
 * way to stop listening.
 */
export function onRenewed(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function announce(me: Me | null): void {
  for (const listener of listeners) listener(me)
}

globalThis.addEventListener?.('storage', (event: StorageEvent) => {
  if (event.key === RENEWALS && event.newValue !== null) announce(null)
})

function noteRenewal(): void {
  try {
    localStorage.setItem(RENEWALS, newId())
  } catch {
    // Then each tab renews for itself, which the server bears for a while.
  }
}

/**
 * Renews the session: once for all requests of this tab, and one tab at a time. `seen` is what
 * `renewals()` said before the request that was refused: if another tab has renewed since, that is enough.
 * What another tab noted may be read late, since each process of a browser has its own copy: who waited for another's
 * turn takes it for a renewal, unless the request was refused `again` after that.
 * Only the server's 401 says that the session ended; whatever else goes wrong is thrown, and the session kept.
 */
export function renew(seen: string | null, again: boolean): Promise<'renewed' | 'ended'> {
  renewing ??= oneAtATime(SESSION_LOCK, async (waited) => {
    if (renewals() !== seen || (waited && !again)) return 'renewed' as const
    return ask()
  }).finally(() => {
    renewing = null
  })
  return renewing
}

async function ask(): Promise<'renewed' | 'ended'> {
  for (let n = 0; ; n += 1) {
    const problem = await tryOnce()
    if (typeof problem === 'string') return problem
    const pause = PAUSES_MS[n]
    const asked = problem.retryAfterS ?? 0
    if (!problem.transient || pause === undefined || asked > MAX_WAIT_S) throw problem
    await new Promise((done) => setTimeout(done, Math.max(pause, asked * 1000)))
  }
}

async function tryOnce(): Promise<'renewed' | 'ended' | Problem> {
  try {
    const answer = await send(post('/api/auth/refresh'), ANSWER_MS)
    if (answer.ok) {
      noteRenewal()
      announce((await answer.json().catch(() => null)) as Me | null)
      return 'renewed'
    }
    if (answer.status === 401) return 'ended'
    const problem = problemFrom(answer, await answer.json().catch(() => null))
    if (!isMeantForOther(problem)) return notRenewed(problem)
    announceOtherPerson()
    return problem
  } catch (error) {
    return notRenewed(toProblem(error))
  }
}

/** The same problem in words that fit: the person was about to do something else. */
function notRenewed(problem: Problem): Problem {
  return new Problem(
    {
      status: problem.status,
      code: problem.status === 0 ? 'unreachable' : 'not_renewed',
      title: 'The panel could not confirm your session',
      detail: 'Nothing was done. You are still signed in, and what you typed is kept: wait a moment, then try again.',
      ...(problem.requestId ? { request_id: problem.requestId } : {}),
    },
    problem.retryAfterS,
  )
}
