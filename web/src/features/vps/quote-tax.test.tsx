import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { CreateQuote } from '@/features/vps/components/create-quote'
import { quote, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const tax = {
  basis_points: 1900,
  added: true,
  hourly: usd('0.003643'),
  hourly_total: usd('0.022821'),
  monthly_total: usd('16.660000'),
}

it('says what the wallet pays where tax is added to the price', async () => {
  stubApi({ 'GET /api/plans/{id}/quote': { ...quote, tax } })
  renderPage(<CreateQuote planId="plan_1" region="eu-central" />)
  const words = await screen.findByText(/With 19 % tax/)
  expect(words).toHaveTextContent('With 19 % tax $16.66 per month, $0.0228 per hour')
})

it('says that the price has the tax already where it is contained', async () => {
  stubApi({ 'GET /api/plans/{id}/quote': { ...quote, tax: { ...tax, basis_points: 770, added: false } } })
  renderPage(<CreateQuote planId="plan_1" region="eu-central" />)
  expect(await screen.findByText('7.7 % tax is contained')).toBeInTheDocument()
})

it('says nothing of tax where none is owed', async () => {
  stubApi({ 'GET /api/plans/{id}/quote': quote })
  renderPage(<CreateQuote planId="plan_1" region="eu-central" />)
  expect(await screen.findByText(/per hour; a month is 730 hours/)).toBeInTheDocument()
  expect(screen.queryByText(/tax/)).toBeNull()
})
