import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { RateLimitsPage } from '@/features/rate-limits/pages/rate-limits-page'
import { series } from '@/features/rate-limits/tiers'
import type { LimitFigures, RateOverride } from '@/lib/api/types'
import { admin } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const USER = `user_${'0'.repeat(25)}1`
const casey = { id: USER, email: 'casey@example.com', name: 'Casey Customer' }

const minute = (ago: number) => new Date(Math.floor(Date.now() / 60_000 - ago) * 60_000).toISOString()
const figures = (change: Partial<LimitFigures> = {}): LimitFigures => ({
  counted_by: 'shared',
  tiers: [
    { tier: 'user', max: 3000, window_s: 900 },
    { tier: 'mail', max: null, window_s: null },
  ],
  minutes: [
    { at: minute(3), tier: 'user', allowed: 120, refused: 7 },
    { at: minute(3), tier: 'anonymous', allowed: 10, refused: 0 },
  ],
  keys: [
    { tier: 'user', key: '0190-1', user: casey, allowed: 120, refused: 7 },
    { tier: 'anonymous', key: '203.0.113.9', user: null, allowed: 10, refused: 0 },
  ],
  ...change,
})
const standing: RateOverride = {
  user: casey,
  max: 9000,
  window_s: 900,
  reason: 'imports servers',
  expires_at: '2026-12-24T10:00:00.000Z',
  set_by: { id: 'user_2', name: 'Avery Admin' },
  set_at: '2026-11-24T10:00:00.000Z',
}

const FIGURES = 'GET /api/admin/limits'
const OVERRIDES = 'GET /api/admin/rate-overrides'
const show = (answer: LimitFigures | (() => Response), items: RateOverride[] = [], at = '/admin/rate-limits') => {
  const server = stubApi({ [FIGURES]: answer, [OVERRIDES]: { items } })
  return { server, ...renderPage(<RateLimitsPage />, { path: '/admin/rate-limits', at, me: admin }) }
}

describe('rate limits', () => {
  it('show what each kind of sender may send, and who sent most', async () => {
    show(figures())
    const limits = within(await screen.findByRole('table', { name: 'Limits' }))
    expect(await limits.findByRole('row', { name: /Users/ })).toHaveTextContent('3,000 requests in 15 min')
    expect(limits.getByRole('row', { name: /Requested mails/ })).toHaveTextContent('no limit')
    const senders = within(screen.getByRole('table', { name: 'Senders of the last hour' }))
    expect(senders.getByRole('row', { name: /Casey Customer/ })).toHaveTextContent('casey@example.com')
    expect(within(senders.getByRole('row', { name: /203.0.113.9/ })).queryByRole('button')).not.toBeInTheDocument()
    expect(screen.getByText('All processes count together, in Redis.')).toBeInTheDocument()
    expect(await screen.findByText('Everybody has the limit of their kind')).toBeInTheDocument()
  })

  it('say when each process counts by itself', async () => {
    show(figures({ counted_by: 'local' }))
    expect(await screen.findByText('Each process counts by itself')).toBeInTheDocument()
  })

  it('are empty without requests, and say what failed', async () => {
    show(figures({ minutes: [], keys: [] }))
    expect(await screen.findByText('No requests in the last hour')).toBeInTheDocument()
  })

  it('offer to ask again when they could not be loaded', async () => {
    show(() => problem(503, 'unavailable'))
    expect((await screen.findAllByRole('button', { name: 'Retry' })).length).toBeGreaterThan(0)
    expect(screen.getByText('Everybody has the limit of their kind')).toBeInTheDocument()
  })

  it('of a user are set with a reason and an expiry', async () => {
    const { server, user, router } = show(figures())
    server.on('PUT /api/admin/rate-overrides/{user}', standing)
    await user.click(await screen.findByRole('button', { name: 'Set the limit of Casey Customer' }))
    expect(router.state.location.search).toBe(`?dialog=set&of=${USER}`)
    const dialog = within(await screen.findByRole('dialog', { name: 'Set the limit of Casey Customer' }))
    await user.type(dialog.getByLabelText('Requests'), '0')
    await user.type(dialog.getByLabelText('Reason'), 'imports servers')
    await user.click(dialog.getByRole('button', { name: 'Set limit' }))
    expect(await dialog.findByText('From 1 to 1,000,000.')).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Requests'), '{Backspace}9000')
    await user.click(dialog.getByRole('button', { name: 'Set limit' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    const sent = server.of('PUT /api/admin/rate-overrides/{user}')[0]
    expect(sent?.path).toBe(`/api/admin/rate-overrides/${USER}`)
    expect(sent?.body).toMatchObject({ max: 9000, window_s: 900, reason: 'imports servers' })
  })

  it('of a user are asked for by id where none was chosen, and refused under their fields', async () => {
    const { server, user } = show(figures(), [], '/admin/rate-limits?dialog=set')
    server.on('PUT /api/admin/rate-overrides/{user}', () =>
      problem(400, 'invalid_request', { errors: [{ pointer: '/expires_at', detail: 'must lie ahead' }] }),
    )
    const dialog = within(await screen.findByRole('dialog', { name: 'Set a user’s limit' }))
    await user.type(dialog.getByLabelText('User'), 'casey')
    await user.type(dialog.getByLabelText('Requests'), '10')
    await user.type(dialog.getByLabelText('Reason'), 'a test')
    await user.click(dialog.getByRole('button', { name: 'Set limit' }))
    expect(await dialog.findByText(/Enter a user’s id/)).toBeInTheDocument()
    await user.clear(dialog.getByLabelText('User'))
    await user.type(dialog.getByLabelText('User'), USER)
    await user.click(dialog.getByRole('button', { name: 'Set limit' }))
    expect(await dialog.findByText(/must lie ahead/i)).toBeInTheDocument()
  })

  it('of a user are lifted with a reason', async () => {
    const { server, user } = show(figures(), [standing])
    server.on('DELETE /api/admin/rate-overrides/{user}', () => new Response(null, { status: 204 }))
    const row = await screen.findByRole('row', { name: /9,000 requests in 15 min/ })
    expect(row).toHaveTextContent('imports servers')
    await user.click(within(row).getByRole('button', { name: 'Lift the limit of Casey Customer' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Lift the limit of Casey Customer' }))
    await user.type(dialog.getByLabelText('Reason'), 'the import is over')
    await user.click(dialog.getByRole('button', { name: 'Lift limit' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(server.of('DELETE /api/admin/rate-overrides/{user}')[0]?.body).toEqual({ reason: 'the import is over' })
  })

  it('are charted minute by minute, with none left out', () => {
    const all = series(figures(), null, Date.now())
    expect(all.times).toHaveLength(60)
    expect(all.allowed.at(-3)).toBe(130)
    expect(series(figures(), 'anonymous', Date.now()).allowed.at(-3)).toBe(10)
    expect(all.refused.reduce((a, b) => a + b)).toBe(7)
  })
})
