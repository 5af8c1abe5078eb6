import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { WalletPage } from '@/features/wallet/pages/wallet-page'
import { entry, reader, usd, wallet } from '@/testing/fixtures'
import { changesOf, quote, quoted } from '@/testing/quotes'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const routes = {
  'GET /api/wallet': wallet,
  'GET /api/wallet/statement': { items: [], next: null },
}
const PROMO = 'POST /api/wallet/promo'

it('uses a promo code with a key, and says what it gave', async () => {
  const server = stubApi({
    ...routes,
    [PROMO]: quoted(quote(), {
      entry: entry({ kind: 'promo', amount: usd('5.000000') }),
      balance: usd('47.184213'),
    }),
  })
  const { user } = renderPage(<WalletPage />)
  await user.click(await screen.findByRole('button', { name: 'Promo code' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Code'), ' welcome-2026 ')
  await user.click(dialog.getByRole('button', { name: 'Continue' }))
  await user.click(await dialog.findByRole('button', { name: 'Use it' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  const [sent] = changesOf(server, PROMO)
  expect(sent?.body).toEqual({ code: 'welcome-2026' })
  expect(sent?.headers.get('idempotency-key')).toMatch(/.{8,}/)
})

it('says of a refused code what to do, before it is used and after', async () => {
  const server = stubApi({
    ...routes,
    [PROMO]: () => problem(409, 'promo_refused', { detail: 'This code can’t be used.' }),
  })
  const { user } = renderPage(<WalletPage />)
  await user.click(await screen.findByRole('button', { name: 'Promo code' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Code'), 'nothing')
  await user.click(dialog.getByRole('button', { name: 'Continue' }))
  expect(await dialog.findByText(/can’t be used/)).toBeInTheDocument()
  expect(changesOf(server, PROMO), 'it was only asked').toHaveLength(0)
  server.on(
    PROMO,
    quoted(quote(), () => problem(409, 'promo_refused', { detail: 'It was the last one.' })),
  )
  await user.click(dialog.getByRole('button', { name: 'Continue' }))
  await user.click(await dialog.findByRole('button', { name: 'Use it' }))
  expect(await dialog.findByText('It was the last one.')).toBeInTheDocument()
  expect(dialog.getByLabelText('Code'), 'back to what was typed').toHaveValue('nothing')
})

it('offers no code to those who may add nothing', async () => {
  stubApi(routes)
  renderPage(<WalletPage />, { me: reader })
  await screen.findByText('Running cost')
  expect(screen.queryByRole('button', { name: 'Promo code' })).not.toBeInTheDocument()
})
