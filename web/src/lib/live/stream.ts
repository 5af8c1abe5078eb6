import { sessionFetch } from '@/lib/api/client'
import { SseParser, type SseEvent } from '@/lib/live/sse'
import type { LiveState } from '@/stores/live'

/** How a stream is kept, in milliseconds unless it says otherwise. */
export interface StreamTiming {
  backoffFirstMs: number
  backoffMaxMs: number
  /** Tries before it is given up for a while. */
  maxAttempts: number
  retryWhilePollingMs: number
  /** The server's heart beats every 30 s. */
  silenceMs: number
}

export interface StreamHandlers {
  onEvent: (event: SseEvent) => void
  onState: (state: LiveState) => void
  /** Something may have been missed, and is not told again. */
  onGap: () => void
}

/** Where an earlier stream ended: its last id, and whether it was live. */
export interface StreamPast {
  lastId: string | null
  wasLive: boolean
}

/** Holds the stream open, and comes back to it, until the returned function is called. */
export function openStream(on: StreamHandlers, past: StreamPast, t: StreamTiming): () => void {
  const stop = new AbortController()
  let { lastId, wasLive } = past
  let attempt = 0
  let waiting: ReturnType<typeof setTimeout> | undefined

  const retryIn = (ms: number) => {
    waiting = setTimeout(retry, ms)
  }
  const retry = () => {
    clearTimeout(waiting)
    waiting = undefined
    if (!stop.signal.aborted) void connect()
  }
  /** The network is back: no reason to wait for the next turn. */
  const onOnline = () => {
    if (waiting !== undefined) retry()
  }

  const failed = () => {
    if (stop.signal.aborted) return
    attempt += 1
    if (attempt >= t.maxAttempts) {
      on.onState('polling')
      retryIn(t.retryWhilePollingMs)
      return
    }
    // A stream that ends is opened again, which takes a moment and no words; only a failure of that is told.
    if (attempt > (wasLive ? 1 : 2)) on.onState('retrying')
    const backoff = Math.min(t.backoffMaxMs, t.backoffFirstMs * 2 ** (attempt - 1))
    retryIn(backoff * (0.75 + Math.random() / 2))
  }

  const read = async (body: ReadableStream<Uint8Array<ArrayBuffer>>, heard: () => void) => {
    const parser = new SseParser()
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      for (const event of parser.push(value)) {
        lastId = event.id ?? lastId
        on.onEvent(event)
      }
    }
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
      const signal = AbortSignal.any([stop.signal, silence.signal])
      const address = new URL('/api/notifications/stream', globalThis.location.origin)
      const response = await sessionFetch(new Request(address, { headers, signal }))
      // A session that ended has been announced; the app stops following.
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`)
      // What changed while the stream was down, unless the server replays it.
      if (wasLive && lastId === null) on.onGap()
      wasLive = true
      attempt = 0
      on.onState('live')
      await read(response.body, heard)
    } catch {
      // Every way to lose the stream ends in the same place: try again.
    } finally {
      clearTimeout(watchdog)
    }
    failed()
  }

  globalThis.addEventListener?.('online', onOnline)
  void connect()
  return () => {
    stop.abort()
    clearTimeout(waiting)
    globalThis.removeEventListener?.('online', onOnline)
  }
}
