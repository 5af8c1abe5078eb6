import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { OrderAdvice } from '@/features/vps/components/order-advice'
import { Problem } from '@/lib/api/problem'
import { member, usd } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'

/** As it is read from an answer, with the amounts beside it. */
const answer = { title: 'Refused', status: 402, needed: usd('14.000000'), available: usd('10.000000') }
const refusal = (code: string) => new Problem({ ...answer, code })
const [own] = member.organisations

it('leads to the limit where an order goes beyond it, and not to credit', () => {
  renderPage(<OrderAdvice problem={refusal('spend_cap_reached')} />)
  expect(screen.getByText(/It would be/)).toHaveTextContent('It would be $14.00; the limit is $10.00.')
  expect(screen.getByRole('link', { name: 'Change the limit' })).toHaveAttribute(
    'href',
    '/o/org_1/wallet?dialog=limits',
  )
  expect(screen.queryByText(/credit/)).not.toBeInTheDocument()
})

it('offers no change of the limit to a role that may not', () => {
  const org = own ? { ...own, may: own.may.filter((perm) => perm !== 'billing:write') } : null
  renderPage(<OrderAdvice problem={refusal('spend_cap_reached')} />, { org })
  expect(screen.getByText(/the limit is/)).toBeInTheDocument()
  expect(screen.queryByRole('link')).not.toBeInTheDocument()
})

it('leads to credit where funds are short', () => {
  renderPage(<OrderAdvice problem={refusal('insufficient_funds')} />)
  expect(screen.getByText(/credit/)).toBeInTheDocument()
})
