// @vitest-environment node
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followEvents } from '@/lib/events'
import { useLive } from '@/stores/live'
import { FakeLocks } from '@/testing/fake-locks'

vi.hoisted(() => Object.assign(globalThis, { location: { origin: 'http://panel.test' } }))

const TIMING = {
  backoffFirstMs: 2,
  backoffMaxMs: 4,
  coalesceMs: 1,
  operatorMs: 1,
  lookMs: 10,
  beatMs: 10,
  leaseMs: 60,
  leaderSilenceMs: 120,
}

/** The streams that are open, and their last ids. */
let streams: { lastId: string | null; say: (text: string) => void; open: boolean }[]
let tabs: Tab[]

interface Tab {
  close: () => void
  seen: string[]
  timers: Set<ReturnType<typeof setInterval>>
}

function freeze({ timers }: Tab) {
  for (const timer of timers) clearInterval(timer)
}

const open = () => streams.filter((s) => s.open)
const say = (org: string, id: string) =>
  `id: ${id}\nevent: activity\ndata: ${JSON.stringify({ id, event: 'vps.running', org_id: org, entity_type: 'vps' })}\n\n`

function tab(orgId = 'org_1', userId = 'usr_1') {
  const seen: string[] = []
  const client = new QueryClient()
  vi.spyOn(client, 'invalidateQueries').mockImplementation((filter) => {
    seen.push(JSON.stringify((filter as { queryKey?: unknown } | undefined)?.queryKey ?? 'all'))
    return Promise.resolve()
  })
  const timers = new Set<ReturnType<typeof setInterval>>()
  const every = setInterval
  vi.stubGlobal('setInterval', (run: () => void, ms: number) => {
    const timer = every(run, ms)
    timers.add(timer)
    return timer
  })
  const made = { seen, timers, close: followEvents({ client, userId, mine: () => [orgId], timing: TIMING }) }
  vi.stubGlobal('setInterval', every)
  tabs.push(made)
  return made
}

beforeEach(() => {
  streams = []
  tabs = []
  useLive.setState({ state: 'connecting' })
  vi.stubGlobal('fetch', (request: Request) => {
    let say: (text: string) => void = () => undefined
    const body = new ReadableStream<Uint8Array>({
      start: (c) => void (say = (text) => c.enqueue(new TextEncoder().encode(text))),
      cancel: () => void (stream.open = false),
    })
    const stream = { lastId: request.headers.get('last-event-id'), say, open: true }
    streams.push(stream)
    request.signal.addEventListener('abort', () => (stream.open = false))
    return Promise.resolve(new Response(body))
  })
})
afterEach(() => {
  for (const { close } of tabs) close()
})

const settle = () => new Promise((done) => setTimeout(done, 60))

describe.each(['locks', 'storage'])('tabs of one person, by %s', (by) => {
  beforeEach(() => {
    const locks = new FakeLocks()
    const items = new Map<string, string>()
    vi.stubGlobal('navigator', by === 'locks' ? { locks } : {})
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    })
  })

  it('share one stream, and each takes what concerns its organisation', async () => {
    const [first, second] = [tab('org_1'), tab('org_2')]
    for (let n = 0; n < 5; n += 1) tab('org_1')
    await settle()
    expect(open()).toHaveLength(1)
    expect(useLive.getState().state).toBe('live')
    open()[0]?.say(say('org_2', '41'))
    await vi.waitFor(() => expect(second.seen).toContain('["org_2","vps"]'))
    await vi.waitFor(() => expect(first.seen).toContain('["admin"]'))
    expect(first.seen).not.toContain('["org_2","vps"]')
  })

  it('continue where the closed one stopped', async () => {
    const first = tab()
    await settle()
    const second = tab()
    open()[0]?.say(say('org_1', '41'))
    await vi.waitFor(() => expect(second.seen).toContain('["org_1","vps"]'))
    first.close()
    await vi.waitFor(() => expect(streams).toHaveLength(2))
    expect(streams.at(-1)?.lastId).toBe('41')
    await vi.waitFor(() => expect(open()).toHaveLength(1))
    second.seen.length = 0
    open()[0]?.say(say('org_1', '42'))
    await vi.waitFor(() => expect(second.seen).toContain('["org_1","vps"]'))
  })

  it('fetch again when the one that stops never heard an id', async () => {
    const first = tab()
    await settle()
    const second = tab()
    await settle()
    first.close()
    await vi.waitFor(() => expect(second.seen).toContain('"all"'))
  })

  it('do not wait for one that the browser froze', async () => {
    const frozen = tab()
    await settle()
    const second = tab()
    await settle()
    const [former] = open()
    // Nothing of it runs any more: no timer beats, and its lease is not renewed.
    freeze(frozen)
    await vi.waitFor(() => expect(streams.length).toBeGreaterThan(1))
    await settle()
    open()
      .find((s) => s !== former)
      ?.say(say('org_1', '43'))
    await vi.waitFor(() => expect(second.seen).toContain('["org_1","vps"]'))
  })

  it('of another person have a stream of their own', async () => {
    tab('org_1', 'usr_1')
    tab('org_1', 'usr_2')
    await settle()
    expect(open()).toHaveLength(2)
  })
})
