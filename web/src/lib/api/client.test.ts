import { renderHook } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { describe, expect, it, vi } from 'vitest'
import { api, apiOf, ok } from '@/lib/api/client'
import { Problem, toProblem } from '@/lib/api/problem'
import { OTHER_PERSON } from '@/lib/api/send'
import { enter, hasSessionHint, onSession } from '@/lib/api/session'
import { usePageLife } from '@/lib/page-life'
import { member, vps, wallet } from '@/testing/fixtures'
import { json, problem, silence, stubApi } from '@/testing/stub-api'

describe('an expired session', () => {
  it('is renewed once and the request repeated, body and all', async () => {
    let renewed = false
    const server = stubApi({
      'PATCH /api/vps/{id}': () => (renewed ? { id: 'vps_1', label: 'new' } : problem(401, 'unauthenticated')),
      'POST /api/auth/refresh': () => {
        renewed = true
        return member
      },
    })
    await ok(apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))
    expect(server.of('POST /api/auth/refresh')).toHaveLength(1)
    expect(server.of('PATCH /api/vps/{id}').map((r) => r.body)).toEqual([{ label: 'new' }, { label: 'new' }])
  })

  it('is renewed once for many requests at a time', async () => {
    let renewed = false
    const server = stubApi({
      'GET /api/wallet': () => (renewed ? wallet : problem(401, 'unauthenticated')),
      'POST /api/auth/refresh': async () => {
        await new Promise((done) => setTimeout(done, 10))
        renewed = true
        return member
      },
    })
    await Promise.all([1, 2, 3].map(() => ok(apiOf('org_1').GET('/api/wallet'))))
    expect(server.of('POST /api/auth/refresh')).toHaveLength(1)
  })

  it('is not renewed for a refusal that the hints of the page met before another tab renewed', async () => {
    localStorage.setItem('sp.renewals', 'after')
    Reflect.set(globalThis, 'spRenewals', 'before')
    let asked = 0
    const server = stubApi({
      'GET /api/auth/me': () => ((asked += 1) === 1 ? problem(401, 'unauthenticated') : member),
      'POST /api/auth/refresh': () => member,
    })
    await ok(api.GET('/api/auth/me'))
    expect(server.of('POST /api/auth/refresh')).toHaveLength(0)
  })

  it('that cannot be renewed signs out', async () => {
    enter('usr_1')
    const out = vi.fn()
    const off = onSession(out)
    stubApi({
      'GET /api/wallet': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': () => problem(401, 'unauthenticated'),
    })
    await expect(ok(apiOf('org_1').GET('/api/wallet'))).rejects.toMatchObject({ status: 401 })
    off()
    expect(out.mock.calls).toEqual([['ended']])
    expect(hasSessionHint()).toBe(false)
  })

  it.each([502, 503, 429])(
    'survives a renewal that is answered %d: it is asked again, and the change is made',
    async (status) => {
      enter('usr_1')
      vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 100 })
      const out = vi.fn()
      const off = onSession(out)
      let tries = 0
      const server = stubApi({
        'PATCH /api/vps/{id}': () => (tries > 2 ? vps : problem(401, 'unauthenticated')),
        'POST /api/auth/refresh': () => ((tries += 1) > 2 ? member : problem(status, 'busy')),
      })
      await ok(apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))
      off()
      expect(server.of('POST /api/auth/refresh')).toHaveLength(3)
      expect(out).not.toHaveBeenCalled()
      expect(hasSessionHint()).toBe(true)
    },
  )

  it.each([
    ['is never answered', silence],
    ['stays overloaded', () => problem(503, 'overloaded')],
    ['is refused by something on the way', () => problem(403, 'blocked')],
    ['may be repeated in a minute only', () => json({ code: 'rate_limited' }, 429, { 'retry-after': '60' })],
  ])('is kept when its renewal %s, and the change is not made', async (_, refresh) => {
    enter('usr_1')
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 500 })
    const out = vi.fn()
    const off = onSession(out)
    const server = stubApi({
      'PATCH /api/vps/{id}': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': refresh,
    })
    const change = ok(
      apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }),
    )
    await expect(change).rejects.toMatchObject({ title: 'The panel could not confirm your session' })
    off()
    expect(server.of('PATCH /api/vps/{id}')).toHaveLength(1)
    expect(server.of('POST /api/auth/refresh').length).toBeLessThanOrEqual(4)
    expect(out).not.toHaveBeenCalled()
    expect(hasSessionHint()).toBe(true)
  })

  it('that ended for a person who has left meanwhile ends nothing for the next', async () => {
    enter('usr_1')
    const server = stubApi({
      'GET /api/wallet': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': () => {
        enter('usr_2')
        return problem(401, 'unauthenticated')
      },
    })
    const out = vi.fn()
    const off = onSession(out)
    await expect(ok(apiOf('org_1').GET('/api/wallet'))).rejects.toMatchObject({ status: 401 })
    off()
    expect(server.of('POST /api/auth/refresh')).toHaveLength(1)
    expect(out).not.toHaveBeenCalled()
    expect(hasSessionHint()).toBe(true)
  })

  it('that another tab has renewed is not renewed again', async () => {
    let renewed = false
    vi.stubGlobal('navigator', {
      locks: {
        // The lock comes once the other tab is done.
        request: (_name: string, _options: object, run: () => Promise<unknown>) => {
          renewed = true
          localStorage.setItem('sp.renewals', 'of another tab')
          return run()
        },
      },
    })
    const server = stubApi({ 'GET /api/wallet': () => (renewed ? wallet : problem(401, 'unauthenticated')) })
    await ok(apiOf('org_1').GET('/api/wallet'))
    expect(server.of('GET /api/wallet')).toHaveLength(2)
    expect(server.of('POST /api/auth/refresh')).toHaveLength(0)
  })

  it('that another tab has renewed is not renewed again, even if its note comes late', async () => {
    let renewed = false
    vi.stubGlobal('navigator', {
      locks: {
        request: (
          _name: string,
          options: { ifAvailable?: boolean },
          run: (lock: object | null) => Promise<unknown>,
        ) => {
          if (options.ifAvailable) return run(null)
          renewed = true
          return run({})
        },
      },
    })
    const server = stubApi({ 'GET /api/wallet': () => (renewed ? wallet : problem(401, 'unauthenticated')) })
    await ok(apiOf('org_1').GET('/api/wallet'))
    expect(server.of('GET /api/wallet')).toHaveLength(2)
    expect(server.of('POST /api/auth/refresh')).toHaveLength(0)
  })

  it('is renewed for good when another tab’s renewal did not help', async () => {
    let renewed = false
    const server = stubApi({
      'GET /api/wallet': () => {
        localStorage.setItem('sp.renewals', 'of another tab')
        return renewed ? wallet : problem(401, 'unauthenticated')
      },
      'POST /api/auth/refresh': () => {
        renewed = true
        return member
      },
    })
    await ok(apiOf('org_1').GET('/api/wallet'))
    expect(server.of('POST /api/auth/refresh')).toHaveLength(1)
  })

  it('is not what a wrong password means', async () => {
    const out = vi.fn()
    const off = onSession(out)
    const server = stubApi({ 'POST /api/auth/login': () => problem(401, 'unauthenticated') })
    await expect(ok(api.POST('/api/auth/login', { body: { email: 'a@b', password: 'x' } }))).rejects.toBeInstanceOf(
      Problem,
    )
    off()
    expect(server.of('POST /api/auth/refresh')).toHaveLength(0)
    expect(out).not.toHaveBeenCalled()
  })
})

describe('a change', () => {
  const change = () =>
    ok(apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))

  it('is refused at once while offline, and reads are tried', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    const server = stubApi({ 'PATCH /api/vps/{id}': vps, 'GET /api/wallet': wallet })
    await expect(change()).rejects.toMatchObject({ code: 'offline' })
    await ok(apiOf('org_1').GET('/api/wallet'))
    expect(server.seen.map((r) => r.method)).toEqual(['GET'])
  })

  it('is not made after its page was left while the session was renewed', async () => {
    const { unmount } = renderHook(usePageLife, { wrapper: MemoryRouter })
    const server = stubApi({
      'PATCH /api/vps/{id}': () => problem(401, 'unauthenticated'),
      'POST /api/auth/refresh': () => {
        unmount()
        return member
      },
    })
    await expect(change()).rejects.toMatchObject({ code: 'page_left' })
    expect(server.of('PATCH /api/vps/{id}')).toHaveLength(1)
  })
})

describe('a request', () => {
  it('says for whom it is meant, unless it asks who that is', async () => {
    enter('usr_1')
    const server = stubApi({ 'GET /api/wallet': wallet, 'GET /api/auth/me': member, 'POST /api/auth/logout': {} })
    await ok(apiOf('org_1').GET('/api/wallet'))
    await ok(api.POST('/api/auth/logout'))
    await ok(api.GET('/api/auth/me'))
    expect(server.seen.map((r) => r.headers.get('x-skypanel-for'))).toEqual(['usr_1', 'usr_1', null])
  })

  it('carries the organisation that began it, also when it is repeated, and none where it belongs to none', async () => {
    let renewed = false
    const server = stubApi({
      'GET /api/wallet': () => (renewed ? wallet : problem(401, 'unauthenticated')),
      'GET /api/vps': { items: [], next: null },
      'GET /api/config': {},
      'POST /api/auth/refresh': async () => {
        // The tab shows another organisation by the time the session is renewed.
        await ok(apiOf('org_2').GET('/api/vps'))
        renewed = true
        return member
      },
    })
    await ok(apiOf('org_1').GET('/api/wallet'))
    await ok(api.GET('/api/config'))
    const orgs = server.seen.map((r) => [r.path, r.headers.get('x-org')])
    expect(orgs).toEqual([
      ['/api/wallet', 'org_1'],
      ['/api/auth/refresh', null],
      ['/api/vps', 'org_2'],
      ['/api/wallet', 'org_1'],
      ['/api/config', null],
    ])
  })

  it('that is refused because another user is signed in makes the page ask who', async () => {
    enter('usr_1')
    const heard = vi.fn()
    const off = onSession(heard)
    stubApi({ 'GET /api/wallet': () => problem(409, OTHER_PERSON) })
    await expect(ok(apiOf('org_1').GET('/api/wallet'))).rejects.toMatchObject({ code: OTHER_PERSON })
    off()
    expect(heard.mock.calls).toEqual([['other-person']])
  })
})

describe('a trace', () => {
  const traceparent = (r: { headers: Headers }) => r.headers.get('traceparent')

  it('begins with every change, a new one each time, and with no read', async () => {
    const server = stubApi({ 'PATCH /api/vps/{id}': vps, 'GET /api/wallet': wallet })
    const change = () =>
      ok(apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))
    await change()
    await change()
    await ok(apiOf('org_1').GET('/api/wallet'))
    const [first, second] = server.of('PATCH /api/vps/{id}').map(traceparent)
    expect(first).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/)
    expect(second).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(second?.slice(3, 35)).not.toBe(first?.slice(3, 35))
    expect(server.of('GET /api/wallet').map(traceparent)).toEqual([null])
  })

  it('stays the same when the click is repeated under a renewed session', async () => {
    let renewed = false
    const server = stubApi({
      'PATCH /api/vps/{id}': () => (renewed ? vps : problem(401, 'unauthenticated')),
      'POST /api/auth/refresh': () => {
        renewed = true
        return member
      },
    })
    await ok(apiOf('org_1').PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))
    const [first, again] = server.of('PATCH /api/vps/{id}').map(traceparent)
    expect(first).not.toBeNull()
    expect(again).toBe(first)
  })
})

describe('problems', () => {
  it('carry code, fields, amounts, reference and the time to wait', async () => {
    stubApi({
      'GET /api/wallet': () =>
        json(
          {
            title: 'Short',
            status: 402,
            code: 'insufficient_funds',
            detail: 'Too little.',
            errors: [{ pointer: '/plan_id', detail: 'dear' }],
            request_id: 'req_1',
            needed: { amount: '2.000000', currency: 'USD' },
          },
          402,
          { 'retry-after': '7' },
        ),
    })
    const error = toProblem(await ok(apiOf('org_1').GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({
      status: 402,
      code: 'insufficient_funds',
      message: 'Too little.',
      requestId: 'req_1',
      retryAfterS: 7,
      transient: false,
    })
    expect(error.fields).toEqual([{ pointer: '/plan_id', detail: 'dear' }])
    expect(error.money('needed')).toEqual({ amount: '2.000000', currency: 'USD' })
    expect(error.money('available')).toBeNull()
  })

  it('read the time to wait as a date too', async () => {
    const at = new Date(Date.now() + 90_000).toUTCString()
    stubApi({
      'GET /api/wallet': () =>
        json({ title: 'Full', status: 503, code: 'overloaded', detail: 'Full.' }, 503, { 'retry-after': at }),
    })
    const error = toProblem(await ok(apiOf('org_1').GET('/api/wallet')).catch((e: unknown) => e))
    expect(error.retryAfterS).toBeGreaterThan(80)
    expect(error.retryAfterS).toBeLessThanOrEqual(90)
  })

  it('have words even when the answer has none', async () => {
    stubApi({ 'GET /api/wallet': () => new Response('<html>bad gateway</html>', { status: 502 }) })
    const error = toProblem(await ok(apiOf('org_1').GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({ status: 502, transient: true })
    expect(error.message).toContain('try again')
  })

  it('tell silence from refusal', async () => {
    stubApi({ 'GET /api/wallet': silence })
    const error = toProblem(await ok(apiOf('org_1').GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({ status: 0, code: 'unreachable', transient: true })
  })
})
