import { screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { leaveFor, paymentWords } from '@/features/wallet/payment-words'
import { PaymentPage, PaymentReturnPage } from '@/features/wallet/pages/payment-page'
import { WalletPage } from '@/features/wallet/pages/wallet-page'
import type { Payment } from '@/lib/api/types'
import { usd, wallet } from '@/testing/fixtures'
import { changesOf, quote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const payment = (changes: Partial<Payment> = {}): Payment => ({
  id: 'payment_1',
  state: 'open',
  test: true,
  amount: usd('25.000000'),
  credited: usd('0.000000'),
  refunded: usd('0.000000'),
  refunding: usd('0.000000'),
  disputed: false,
  approve_url: 'http://127.0.0.1:4000/checkoutnow?token=O1',
  by: 'Casey',
  created_at: '2026-11-22T12:00:00Z',
  expires_at: '2026-11-22T18:00:00Z',
  ended_at: null,
  ...changes,
})

const offer = {
  available: true,
  test: true,
  min: usd('5.000000'),
  max: usd('100.000000'),
  presets: [usd('10.000000'), usd('25.000000'), usd('500.000000')],
  paused_until: null,
}

const ONE = 'GET /api/payments/{id}'
const PLACE = { path: '/wallet/payments/:id', at: '/wallet/payments/payment_1' }

afterEach(() => vi.unstubAllGlobals())

describe('adding money', () => {
  const routes = {
    'GET /api/wallet': wallet,
    'GET /api/wallet/statement': { items: [], next: null },
    'GET /api/payments': { items: [payment({ state: 'credited', refunded: usd('5.000000') })], next: null },
    'GET /api/payments/offer': offer,
  }

  it('lists what was paid, and what went back of it', async () => {
    stubApi(routes)
    renderPage(<WalletPage />, { panel: { payments: true } })
    const table = within(await screen.findByRole('table', { name: 'Payments' }))
    expect(await table.findByText('Paid')).toBeInTheDocument()
    expect(table.getByText('Refunded')).toBeInTheDocument()
  })

  it('refuses what may not be paid without asking, and asks once for what may', async () => {
    const server = stubApi({
      ...routes,
      'POST /api/payments': quoted(quote(), { payment: payment(), job_id: 'job_1' }),
    })
    const { user } = renderPage(<WalletPage />, { panel: { payments: true } })
    await user.click(await screen.findByRole('button', { name: 'Add money' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Add money' }))
    const amount = await dialog.findByLabelText(/^Amount/)
    const submit = dialog.getByRole('button', { name: 'Continue' })
    expect(dialog.queryByRole('button', { name: '$500.00' }), 'more than may be paid').not.toBeInTheDocument()
    for (const [typed, words] of [
      ['4.99', 'Pay $5.00 at least.'],
      ['100.01', 'Pay $100.00 at most.'],
      ['5.0015', 'Use at most two decimals.'],
      ['1e3', /Enter an amount/],
    ] as const) {
      await user.clear(amount)
      await user.type(amount, typed)
      await user.click(submit)
      expect(await dialog.findByText(words)).toBeInTheDocument()
    }
    expect(server.of('POST /api/payments')).toHaveLength(0)
    await user.click(dialog.getByRole('button', { name: '$25.00' }))
    await user.click(submit)
    expect(await dialog.findByText(/No tax is due on it/)).toBeInTheDocument()
    await user.click(dialog.getByRole('button', { name: 'Continue to PayPal' }))
    await waitFor(() => expect(changesOf(server, 'POST /api/payments')).toHaveLength(1))
    expect(changesOf(server, 'POST /api/payments')[0]?.headers.get('idempotency-key')).toBeTruthy()
  })
})

describe('a payment', () => {
  it.each(['new', 'open', 'checking', 'credited', 'pending', 'declined', 'review', 'expired', 'cancelled'] as const)(
    'says plainly that it is %s',
    async (state) => {
      stubApi({ [ONE]: payment({ state, approve_url: state === 'open' ? 'http://127.0.0.1:4000/x' : null }) })
      renderPage(<PaymentPage />, PLACE)
      expect(await screen.findByText(paymentWords({ state }).title)).toBeInTheDocument()
      const go = screen.queryByRole('link', { name: /Continue to PayPal/ })
      expect(go === null, 'only what is open leads to PayPal').toBe(state !== 'open')
    },
  )

  it('says what of it is refunded and disputed', async () => {
    stubApi({ [ONE]: payment({ state: 'credited', approve_url: null, refunded: usd('7.000000'), disputed: true }) })
    renderPage(<PaymentPage />, PLACE)
    expect(await screen.findByText('$7.00')).toBeInTheDocument()
    expect(screen.getByText('This payment is disputed')).toBeInTheDocument()
  })

  it('tells the server that the payer is back, once', async () => {
    const server = stubApi({ 'POST /api/payments/{id}/return': payment({ state: 'checking', approve_url: null }) })
    renderPage(<PaymentReturnPage />, PLACE)
    await waitFor(() => expect(server.of('POST /api/payments/{id}/return')).toHaveLength(1))
  })
})

it('sends a browser to no address but a plain one', () => {
  for (const bad of [
    null,
    undefined,
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://paypal.com@evil.example',
    'x',
  ])
    expect(leaveFor(bad)).toBeNull()
  expect(leaveFor('https://www.paypal.com/checkoutnow?token=O1')).toBe('https://www.paypal.com/checkoutnow?token=O1')
})
