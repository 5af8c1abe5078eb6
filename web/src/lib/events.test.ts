// @vitest-environment node
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveActivity } from '@/lib/api/types'
import { followEvents } from '@/lib/events'
import { useLive } from '@/stores/live'

// The client asks for its own address as soon as it is imported.
vi.hoisted(() => Object.assign(globalThis, { location: { origin: 'http://panel.test' } }))

const TIMING = {
  backoffFirstMs: 2,
  backoffMaxMs: 4,
  pollMs: 20,
  retryWhilePollingMs: 60,
  coalesceMs: 5,
  operatorMs: 150,
  silenceMs: 5000,
}

const activity = (over: Partial<LiveActivity> = {}): LiveActivity => ({
  id: '41',
  event: 'vps.running',
  status: 'success',
  entity_type: 'vps',
  entity_id: 'vps_1',
  job_id: null,
  org_id: 'org_1',
  message: 'web-1 is running',
  created_at: '2026-11-22T10:00:00Z',
  ...over,
})

let stop: () => void = () => undefined
let invalidated: string[]
let requests: Request[]

function follow(answer: (n: number) => Response, onActivity?: (e: LiveActivity) => void) {
  requests = []
  invalidated = []
  vi.stubGlobal('fetch', (request: Request) => {
    requests.push(request)
    return Promise.resolve(answer(requests.length))
  })
  const client = new QueryClient()
  vi.spyOn(client, 'invalidateQueries').mockImplementation((filter) => {
    invalidated.push(JSON.stringify((filter as { queryKey?: unknown } | undefined)?.queryKey ?? 'all'))
    return Promise.resolve()
  })
  stop = followEvents({
    client,
    userId: 'usr_1',
    mine: () => ['org_1', 'org_3'],
    timing: TIMING,
    ...(onActivity ? { onActivity } : {}),
  })
}

/** A stream that says this and stays open, or ends. */
function stream(text: string, end = false) {
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text))
        if (end) controller.close()
      },
    }),
  )
}

const say = (event: string, data: unknown, id?: string) =>
  `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

beforeEach(() => {
  useLive.setState({ state: 'connecting' })
})
afterEach(() => stop())

describe('followEvents', () => {
  it('is live once the stream answers, and refetches what an event names', async () => {
    const news: string[] = []
    follow(
      () => stream(say('activity', activity(), '41')),
      (e) => news.push(e.message),
    )
    await vi.waitFor(() => expect(invalidated).toContain('["org_1","vps"]'))
    expect(useLive.getState().state).toBe('live')
    expect(invalidated).toContain('["org_1","wallet"]')
    expect(news).toEqual(['web-1 is running'])
  })

  it('refetches what the event’s organisation has, and nothing of another one of the same person', async () => {
    follow(() => stream(say('activity', activity({ org_id: 'org_3' }), '41')))
    await vi.waitFor(() => expect(invalidated).toContain('["org_3","vps"]'))
    expect(invalidated.filter((key) => key.includes('org_1'))).toEqual([])
  })

  it('keeps other organisations to the admin pages', async () => {
    const news: string[] = []
    follow(
      () => stream(say('activity', activity({ org_id: 'org_2' }), '41')),
      (e) => news.push(e.message),
    )
    await vi.waitFor(() => expect(invalidated).toEqual(['["admin"]']))
    expect(news).toEqual([])
  })

  it('joins a burst into one refetch a query', async () => {
    follow(() => stream(Array.from({ length: 50 }, (_, i) => say('activity', activity(), String(i))).join('')))
    await vi.waitFor(() => expect(invalidated.filter((k) => k === '["org_1","vps"]')).toHaveLength(1))
  })

  it('refetches the operators’ pages seldom under load, one’s own at once', async () => {
    let push: (text: string) => void = () => undefined
    follow(
      () =>
        new Response(
          new ReadableStream({ start: (c) => void (push = (text) => c.enqueue(new TextEncoder().encode(text))) }),
        ),
    )
    const jobEvent = () => push(say('job', { job_id: 'job_1', vps_id: 'vps_1', state: 'running', org_id: 'org_1' }))
    const seen = (key: string) => invalidated.filter((k) => k === key).length
    await vi.waitFor(() => expect(useLive.getState().state).toBe('live'))
    const began = Date.now()
    while (Date.now() - began < 400) {
      jobEvent()
      await new Promise((done) => setTimeout(done, 10))
    }
    expect(seen('["admin","jobs"]')).toBeGreaterThanOrEqual(2)
    expect(seen('["admin","jobs"]')).toBeLessThanOrEqual(4)
    expect(seen('["org_1","vps","one","vps_1"]')).toBeGreaterThan(seen('["admin","jobs"]'))
    // The last word is never dropped.
    const before = seen('["admin","jobs"]')
    jobEvent()
    await vi.waitFor(() => expect(seen('["admin","jobs"]')).toBeGreaterThan(before))
  })

  it('refetches everything on reset', async () => {
    follow(() => stream('event: reset\ndata: {}\n\n'))
    await vi.waitFor(() => expect(invalidated).toContain('"all"'))
  })

  it('comes back with the last id it heard', async () => {
    follow((n) => stream(n === 1 ? say('activity', activity(), '41') : ': again\n\n', n === 1))
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(1))
    expect(requests[0]?.headers.get('last-event-id')).toBeNull()
    expect(requests[1]?.headers.get('last-event-id')).toBe('41')
    await vi.waitFor(() => expect(useLive.getState().state).toBe('live'))
  })

  it('says nothing of a stream that ends and is opened again at once', async () => {
    const states: string[] = []
    const off = useLive.subscribe(({ state }) => states.push(state))
    follow((n) => stream(': hello\n\n', n < 3))
    await vi.waitFor(() => expect(requests).toHaveLength(3))
    off()
    expect(states).not.toContain('retrying')
  })

  it('tries ten times, then polls under the banner, and returns to the stream when it can', async () => {
    let up = false
    follow(() => (up ? stream(': back\n\n') : new Response('', { status: 503 })))
    await vi.waitFor(() => expect(useLive.getState().state).toBe('polling'))
    expect(requests).toHaveLength(10)
    await vi.waitFor(() => expect(invalidated.filter((k) => k === '"all"').length).toBeGreaterThan(1))
    up = true
    await vi.waitFor(() => expect(useLive.getState().state).toBe('live'))
  })

  it('stops for good', async () => {
    follow(() => new Response('', { status: 503 }))
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(1))
    stop()
    const n = requests.length
    await new Promise((done) => setTimeout(done, 40))
    expect(requests).toHaveLength(n)
  })

  it('survives data that is not JSON', async () => {
    follow(() =>
      stream(
        `event: activity\ndata: {broken\n\n${say('job', { job_id: 'job_1', vps_id: 'vps_1', state: 'running', org_id: 'org_1' })}`,
      ),
    )
    await vi.waitFor(() => expect(invalidated).toContain('["org_1","vps","jobs","vps_1"]'))
  })
})
