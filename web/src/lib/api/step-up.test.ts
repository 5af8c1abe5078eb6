import { afterEach, describe, expect, it, vi } from 'vitest'
import { apiOf, ok } from '@/lib/api/client'
import { toProblem } from '@/lib/api/problem'
import { onStepUp } from '@/lib/api/step-up'
import type { Body } from '@/lib/api/types'
import { problem, stubApi } from '@/testing/stub-api'

let off: (() => void) | null = null
afterEach(() => off?.())

const ORDER: Body<'/api/vps', 'post'> = {
  plan_id: 'plan_1',
  region: 'eu-central',
  image: 'debian13',
  label: 'web-1',
  root_password: 'correct-Horse7-battery',
}

const order = () => {
  let verified = false
  const server = stubApi({
    'POST /api/vps': () => (verified ? { vps: { id: 'vps_1' } } : problem(403, 'step_up_required')),
  })
  const send = (key: string) =>
    ok(
      apiOf('org_1').POST('/api/vps', {
        params: { header: { 'Idempotency-Key': key } },
        body: ORDER,
      }),
    )
  return { server, send, verify: () => (verified = true) }
}

describe('an act that wants to know afresh who is there', () => {
  it('is sent again as it was, under the same key, once that was shown', async () => {
    const { server, send, verify } = order()
    off = onStepUp(() => Promise.resolve(verify()))
    await send('key-of-one-intent')
    const sent = server.of('POST /api/vps')
    expect(sent.map((one) => one.headers.get('idempotency-key'))).toEqual(['key-of-one-intent', 'key-of-one-intent'])
    expect(sent.map((one) => one.body)).toEqual([ORDER, ORDER])
  })

  it('is not sent again when the person leaves it', async () => {
    const { server, send } = order()
    off = onStepUp(() => Promise.resolve(false))
    const refused = await send('key-of-one-intent').catch(toProblem)
    expect(refused).toMatchObject({ code: 'not_confirmed' })
    expect(server.of('POST /api/vps')).toHaveLength(1)
  })

  it('asks once for several that wait', async () => {
    const { server, send, verify } = order()
    const ask = vi.fn(async () => {
      await new Promise((done) => setTimeout(done, 20))
      return verify()
    })
    off = onStepUp(ask)
    await Promise.all([send('key-of-first-1'), send('key-of-second')])
    expect(ask).toHaveBeenCalledTimes(1)
    expect(server.of('POST /api/vps')).toHaveLength(4)
  })

  it('shows the refusal where no dialog can ask', async () => {
    const { send } = order()
    expect(await send('key-of-one-intent').catch(toProblem)).toMatchObject({ code: 'step_up_required' })
  })
})
