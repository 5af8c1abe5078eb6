import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CreditPage } from '@/features/credit/pages/credit-page'
import type { CreditRequest, Promo } from '@/lib/api/types'
import { admin, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const request = (changes: Partial<CreditRequest> = {}): CreditRequest => ({
  id: 'credit_request_1',
  org_id: 'org_1',
  org_name: 'Nimbus Labs',
  amount: usd('150.000000'),
  reason: 'an outage',
  state: 'waiting',
  expired: false,
  asked_by: 'user_other',
  asked_by_name: 'Blake',
  asked_at: '2026-11-22T12:00:00Z',
  expires_at: '2026-11-29T12:00:00Z',
  decided_by_name: null,
  decided_at: null,
  decision: null,
  ...changes,
})

const promo: Promo = {
  id: 'promo_1',
  code: 'WELCOME-2026',
  amount: usd('5.000000'),
  max_uses: 10,
  uses: 3,
  expires_at: null,
  ended_at: null,
  counts: true,
  created_by: 'Avery',
  created_at: '2026-11-22T12:00:00Z',
}

const limit = { limit: usd('100.000000'), admins: 2 }
const show = (at: string) => renderPage(<CreditPage />, { path: '/admin/credit', at, me: admin })

describe('credit that waits', () => {
  it('is decided by another administrator than the one who asked', async () => {
    const own = request({ id: 'credit_request_2', asked_by: admin.user.id, asked_by_name: admin.user.name })
    const server = stubApi({
      'GET /api/admin/billing/credits': { items: [request(), own], next: null },
      'GET /api/admin/billing/credit-limit': limit,
      'POST /api/admin/billing/credits/{id}/approve': request({ state: 'approved' }),
    })
    const { user } = show('/admin/credit')
    const table = within(await screen.findByRole('table', { name: 'Credit to approve' }))
    expect(await table.findByText('Another administrator decides')).toBeInTheDocument()
    await user.click(table.getByRole('button', { name: 'Approve' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Give it' }))
    await waitFor(() => expect(server.of('POST /api/admin/billing/credits/{id}/approve')).toHaveLength(1))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })

  it('is declined with a reason alone, and a refusal is shown', async () => {
    const server = stubApi({
      'GET /api/admin/billing/credits': { items: [request()], next: null },
      'GET /api/admin/billing/credit-limit': limit,
      'POST /api/admin/billing/credits/{id}/decline': () =>
        problem(409, 'credit_decided', { detail: 'Another administrator decided this already.' }),
    })
    const { user } = show('/admin/credit?dialog=decline&of=credit_request_1')
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Decline' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Reason'), 'too much')
    await user.click(dialog.getByRole('button', { name: 'Decline' }))
    expect(await dialog.findByText(/decided this already/)).toBeInTheDocument()
    expect(server.of('POST /api/admin/billing/credits/{id}/decline')[0]?.body).toEqual({ reason: 'too much' })
  })
})

describe('promo codes', () => {
  it('are listed with their uses, and made with an exact amount', async () => {
    const server = stubApi({
      'GET /api/admin/billing/promos': { items: [promo], next: null },
      'POST /api/admin/billing/promos': promo,
    })
    const { user } = show('/admin/credit?tab=promos')
    expect(await screen.findByRole('button', { name: '3 of 10' })).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Make a promo code' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Code'), 'short')
    await user.click(dialog.getByRole('button', { name: 'Make it' }))
    expect(await dialog.findByText(/6 to 32 letters/)).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Code'), '-2026')
    await user.type(dialog.getByLabelText('Each use gives, in USD'), '2.5')
    await user.click(dialog.getByRole('button', { name: 'Make it' }))
    await waitFor(() => expect(server.of('POST /api/admin/billing/promos')).toHaveLength(1))
    expect(server.of('POST /api/admin/billing/promos')[0]?.body).toEqual({
      code: 'short-2026',
      amount: usd('2.500000'),
      max_uses: 100,
    })
  })
})
