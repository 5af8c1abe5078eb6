import { contend, type LeadTiming } from '@/lib/live/leader'
import type { SseEvent } from '@/lib/live/sse'
import { openStream, type StreamHandlers, type StreamTiming } from '@/lib/live/stream'
import type { LiveState } from '@/stores/live'

export interface ShareTiming extends StreamTiming, LeadTiming {
  /** How often a leader says that it is there. */
  beatMs: number
}

/** What the leading tab tells the others, and what a tab that opens asks. */
type Word =
  | { kind: 'event'; event: SseEvent }
  | { kind: 'state'; state: LiveState; lastId: string | null }
  | { kind: 'gap' }
  | { kind: 'hello' }

/**
 * One stream for all tabs of this browser that show one person's pages: a tab holds it and tells the others
 * what it hears. A browser has six connections to a server, and seven tabs would use them up. When the
 * leading tab closes, another continues where it stopped. Returns the way to stop.
 */
export function shareStream(user: string, on: StreamHandlers, t: ShareTiming): () => void {
  const none = { lastId: null, wasLive: false }
  if (typeof BroadcastChannel !== 'function') return openStream(on, none, t)
  const channel = new BroadcastChannel(`sp.live.${user}`)
  const say = (word: Word) => channel.postMessage(word)
  let close: (() => void) | null = null
  let state: LiveState = 'connecting'
  let lastId: string | null = null
  let heardAt = Date.now()

  const sayState = () => say({ kind: 'state', state, lastId })
  const take = (word: Exclude<Word, { kind: 'hello' }>) => {
    if (word.kind === 'gap') on.onGap()
    else if (word.kind === 'event') {
      lastId = word.event.id ?? lastId
      on.onEvent(word.event)
    } else {
      lastId = word.lastId ?? lastId
      if (word.state === state) return
      state = word.state
      on.onState(state)
    }
  }
  const tell = (word: Exclude<Word, { kind: 'hello' }>) => {
    take(word)
    say(word)
  }

  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (close !== null) {
      if (data.kind === 'hello') sayState()
    } else if (data.kind !== 'hello') {
      heardAt = Date.now()
      take(data)
    }
  }
  const beat = setInterval(() => {
    if (close !== null) sayState()
  }, t.beatMs)
  const stepBack = contend(
    `sp.live.${user}`,
    {
      onLead: () => {
        close = openStream(
          {
            onEvent: (event) => tell({ kind: 'event', event }),
            onState: (next) => tell({ kind: 'state', state: next, lastId }),
            onGap: () => tell({ kind: 'gap' }),
          },
          { lastId, wasLive: state !== 'connecting' },
          t,
        )
      },
      onLost: () => {
        close?.()
        close = null
        heardAt = Date.now()
      },
      silentForMs: () => Date.now() - heardAt,
    },
    t,
  )
  say({ kind: 'hello' })

  return () => {
    clearInterval(beat)
    close?.()
    close = null
    stepBack()
    channel.close()
  }
}
