import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { LiveActivity, LiveJob } from '@/lib/api/types'
import { shareStream, type ShareTiming } from '@/lib/live/share'
import type { SseEvent } from '@/lib/live/sse'
import { staleAfterActivity, staleAfterJob } from '@/lib/stale'
import { useLive, type LiveState } from '@/stores/live'

interface EventsOptions {
  client: QueryClient
  /** Whose stream it is: all tabs of this person share one. */
  userId: string
  /** The person's organisations at this moment; the events of others touch the admin pages alone. */
  mine: () => readonly string[]
  /** What happened in one of them. */
  onActivity?: (event: LiveActivity) => void
  timing?: Partial<typeof TIMING>
}

const TIMING: ShareTiming & { pollMs: number; coalesceMs: number; operatorMs: number } = {
  backoffFirstMs: 500,
  backoffMaxMs: 30_000,
  maxAttempts: 10,
  pollMs: 10_000,
  retryWhilePollingMs: 60_000,
  silenceMs: 75_000,
  coalesceMs: 250,
  /** The operators' pages see everybody's events: under load that is one refetch each so often. */
  operatorMs: 2000,
  lookMs: 2000,
  beatMs: 20_000,
  /** A hidden tab's timers run once a minute. */
  leaderSilenceMs: 90_000,
  /** Longer than that, or each hidden tab would take the lead from the other, and open a stream. */
  leaseMs: 75_000,
}

/** Follows what happens until the returned function is called. */
export function followEvents({ client, userId, mine, onActivity, timing }: EventsOptions): () => void {
  const t = { ...TIMING, ...timing }
  const stop = new AbortController()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!stop.signal.aborted) run()
    }, ms)
    timers.add(timer)
  }

  /** Joins a burst of keys into one refetch each, and bursts to one in `gapMs`. */
  const gather = (gapMs: number, cancelRefetch: boolean) => {
    const stale = new Map<string, QueryKey>()
    let waiting = false
    let freeAt = 0
    return (queryKey: QueryKey) => {
      stale.set(JSON.stringify(queryKey), queryKey)
      if (waiting) return
      waiting = true
      after(Math.max(t.coalesceMs, freeAt - Date.now()), () => {
        waiting = false
        freeAt = Date.now() + gapMs
        const keys = [...stale.values()]
        stale.clear()
        for (const queryKey of keys) void client.invalidateQueries({ queryKey }, { cancelRefetch })
      })
    }
  }
  const refetchOwn = gather(0, true)
  // A refetch in progress is let through: restarted at each event of a busy panel it would never end.
  const refetchOperators = gather(t.operatorMs, false)
  const invalidate = (keys: QueryKey[]) => {
    for (const key of keys) (key[0] === 'admin' ? refetchOperators : refetchOwn)(key)
  }

  const handle = (e: SseEvent) => {
    if (e.event === 'reset') {
      void client.invalidateQueries()
      return
    }
    if (e.event === 'activity') {
      const activity = parse<LiveActivity>(e.data)
      if (!activity) return
      invalidate(staleAfterActivity(activity, mine()))
      if (activity.org_id != null && mine().includes(activity.org_id)) onActivity?.(activity)
    } else if (e.event === 'job') {
      const job = parse<LiveJob>(e.data)
      if (job) invalidate(staleAfterJob(job, mine()))
    }
  }

  const poll = () => {
    if (useLive.getState().state !== 'polling') return
    void client.invalidateQueries()
    after(t.pollMs, poll)
  }
  const follow = (state: LiveState) => {
    const former = useLive.getState().state
    useLive.getState().setState(state)
    if (state === 'polling' && former !== 'polling') poll()
  }

  const leave = shareStream(
    userId,
    { onEvent: handle, onState: follow, onGap: () => void client.invalidateQueries() },
    t,
  )
  return () => {
    stop.abort()
    leave()
    for (const timer of timers) clearTimeout(timer)
    useLive.getState().setState('connecting')
  }
}

/** The data of an event; the server makes it of the type by which the document describes it. */
function parse<T extends LiveActivity | LiveJob>(data: string): T | null {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as T) : null
  } catch {
    return null
  }
}
