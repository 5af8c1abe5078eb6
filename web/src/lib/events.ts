import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { sessionFetch } from '@/lib/api/client'
import type { LiveActivity, LiveJob } from '@/lib/api/types'
import { SseParser, type SseEvent } from '@/lib/sse'
import { staleAfterActivity, staleAfterJob } from '@/lib/stale'
import { useLive } from '@/stores/live'

interface EventsOptions {
  client: QueryClient
  /** The reader's own organisation; other people's events touch the admin pages alone. */
  orgId: string
  onActivity?: (event: LiveActivity) => void
  timing?: Partial<typeof TIMING>
}

const TIMING = {
  backoffFirstMs: 500,
  backoffMaxMs: 30_000,
  maxAttempts: 10,
  pollMs: 10_000,
  retryWhilePollingMs: 60_000,
  /** The server's heart beats every 30 s. */
  silenceMs: 75_000,
  coalesceMs: 250,
  /** The operators' pages see everybody's events: under load that is one refetch each so often. */
  operatorMs: 2000,
}

/** Follows the event stream until the returned function is called. */
export function followEvents({ client, orgId, onActivity, timing }: EventsOptions): () => void {
  const t = { ...TIMING, ...timing }
  const stop = new AbortController()
  const { setState } = useLive.getState()
  let lastId: string | null = null
  let attempt = 0
  let wasLive = false
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

  const isOwn = ({ org_id }: LiveActivity | LiveJob) => org_id == null || org_id === orgId
  const handle = (e: SseEvent) => {
    if (e.id !== null) lastId = e.id
    if (e.event === 'reset') {
      void client.invalidateQueries()
      return
    }
    if (e.event === 'activity') {
      const activity = parse<LiveActivity>(e.data)
      if (!activity) return
      invalidate(staleAfterActivity(activity, isOwn(activity)))
      if (isOwn(activity)) onActivity?.(activity)
    } else if (e.event === 'job') {
      const job = parse<LiveJob>(e.data)
      if (job) invalidate(staleAfterJob(job, isOwn(job)))
    }
  }

  const poll = () => {
    if (useLive.getState().state !== 'polling') return
    void client.invalidateQueries()
    after(t.pollMs, poll)
  }

  const failed = () => {
    if (stop.signal.aborted) return
    attempt += 1
    if (attempt >= t.maxAttempts) {
      if (useLive.getState().state !== 'polling') {
        setState('polling')
        poll()
      }
      after(t.retryWhilePollingMs, () => void connect())
      return
    }
    if (wasLive || attempt > 2) setState('retrying')
    const backoff = Math.min(t.backoffMaxMs, t.backoffFirstMs * 2 ** (attempt - 1))
    after(backoff * (0.75 + Math.random() / 2), () => void connect())
  }

  const connect = async () => {
    const silence = new AbortController()
    let watchdog: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => silence.abort(), t.silenceMs)
    }
    try {
      heard()
      const headers: Record<string, string> = { accept: 'text/event-stream' }
      if (lastId !== null) headers['last-event-id'] = lastId
      const request = new Request(new URL('/api/notifications/stream', globalThis.location.origin), {
        headers,
        signal: AbortSignal.any([stop.signal, silence.signal]),
      })
      const response = await sessionFetch(request)
      // A session that ended has been announced; the app stops following.
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`)
      // What changed while the stream was down, unless the server replays it.
      if (wasLive && lastId === null) void client.invalidateQueries()
      wasLive = true
      attempt = 0
      setState('live')
      const parser = new SseParser()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        heard()
        for (const event of parser.push(value)) handle(event)
      }
    } catch {
      // Every way to lose the stream ends in the same place: try again.
    } finally {
      clearTimeout(watchdog)
    }
    failed()
  }

  void connect()
  return () => {
    stop.abort()
    for (const timer of timers) clearTimeout(timer)
    setState('connecting')
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
