import { describe, expect, it, vi } from 'vitest'
import { api, ok } from '@/lib/api/client'
import { Problem, toProblem } from '@/lib/api/problem'
import { onSignedOut, setSessionHint, hasSessionHint } from '@/lib/api/session'
import { member, wallet } from '@/testing/fixtures'
import { json, problem, silence, stubApi } from '@/testing/api'

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
    await ok(api.PATCH('/api/vps/{id}', { params: { path: { id: 'vps_1' } }, body: { label: 'new' } }))
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
    await Promise.all([1, 2, 3].map(() => ok(api.GET('/api/wallet'))))
    expect(server.of('POST /api/auth/refresh')).toHaveLength(1)
  })

  it('that cannot be renewed signs out', async () => {
    setSessionHint(true)
    const out = vi.fn()
    const off = onSignedOut(out)
    stubApi({ 'GET /api/wallet': () => problem(401, 'unauthenticated'), 'POST /api/auth/refresh': () => problem(401, 'unauthenticated') })
    await expect(ok(api.GET('/api/wallet'))).rejects.toMatchObject({ status: 401 })
    off()
    expect(out).toHaveBeenCalledOnce()
    expect(hasSessionHint()).toBe(false)
  })

  it('is not what a wrong password means', async () => {
    const out = vi.fn()
    const off = onSignedOut(out)
    const server = stubApi({ 'POST /api/auth/login': () => problem(401, 'unauthenticated') })
    await expect(ok(api.POST('/api/auth/login', { body: { email: 'a@b', password: 'x' } }))).rejects.toBeInstanceOf(Problem)
    off()
    expect(server.of('POST /api/auth/refresh')).toHaveLength(0)
    expect(out).not.toHaveBeenCalled()
  })
})

describe('problems', () => {
  it('carry code, fields, amounts, reference and the time to wait', async () => {
    stubApi({
      'GET /api/wallet': () =>
        json(
          { title: 'Short', status: 402, code: 'insufficient_funds', detail: 'Too little.', errors: [{ pointer: '/plan_id', detail: 'dear' }], request_id: 'req_1', needed: { amount: '2.000000', currency: 'USD' } },
          402,
          { 'retry-after': '7' },
        ),
    })
    const error = toProblem(await ok(api.GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({ status: 402, code: 'insufficient_funds', message: 'Too little.', requestId: 'req_1', retryAfterS: 7, transient: false })
    expect(error.fields).toEqual([{ pointer: '/plan_id', detail: 'dear' }])
    expect(error.money('needed')).toEqual({ amount: '2.000000', currency: 'USD' })
    expect(error.money('available')).toBeNull()
  })

  it('have words even when the answer has none', async () => {
    stubApi({ 'GET /api/wallet': () => new Response('<html>bad gateway</html>', { status: 502 }) })
    const error = toProblem(await ok(api.GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({ status: 502, transient: true })
    expect(error.message).toContain('try again')
  })

  it('tell silence from refusal', async () => {
    stubApi({ 'GET /api/wallet': silence })
    const error = toProblem(await ok(api.GET('/api/wallet')).catch((e: unknown) => e))
    expect(error).toMatchObject({ status: 0, code: 'unreachable', transient: true })
  })
})
