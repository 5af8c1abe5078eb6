import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CEREMONY_STOPPED, showPasskey, stopCeremony } from '@/lib/passkeys'

/** Questions that the browser has on its screen, in the order in which they came; each waits for its person. */
let shown: { mediation?: string; answer: (id: string) => void }[]

function get({ signal, mediation }: CredentialRequestOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('ended', 'AbortError'))
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop)
    shown.push({ mediation, answer: (id) => resolve({ toJSON: () => ({ id }) }) })
  })
}

beforeEach(() => {
  shown = []
  vi.stubGlobal(
    'PublicKeyCredential',
    Object.assign(() => undefined, { parseRequestOptionsFromJSON: (options: unknown) => options }),
  )
  vi.stubGlobal('navigator', { credentials: { get } })
})

afterEach(async () => {
  await stopCeremony()
  vi.unstubAllGlobals()
})

test('an offer to fill in that comes late does not end what the person asked for', async () => {
  const asked = showPasskey({})
  await expect(showPasskey({}, true)).rejects.toMatchObject({ code: CEREMONY_STOPPED })
  shown[0]?.answer('theirs')
  await expect(asked).resolves.toMatchObject({ id: 'theirs' })
  expect(shown).toHaveLength(1)
})

test('what the person asks for ends the offer, and later offers are made again', async () => {
  const offered = showPasskey({}, true)
  const asked = showPasskey({})
  await expect(offered).rejects.toMatchObject({ code: CEREMONY_STOPPED })
  shown[1]?.answer('theirs')
  await asked
  const again = showPasskey({}, true)
  expect(shown.at(-1)?.mediation).toBe('conditional')
  shown.at(-1)?.answer('filled in')
  await expect(again).resolves.toMatchObject({ id: 'filled in' })
})
