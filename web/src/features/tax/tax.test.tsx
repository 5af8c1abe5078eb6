import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { TaxPage } from '@/features/tax/pages/tax-page'
import { admin } from '@/testing/fixtures'
import { act } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

it('names the customers whose VAT ID was confirmed, and leads to them', async () => {
  const server = stubApi({
    'GET /api/admin/billing/tax': { items: [] },
    'GET /api/admin/billing/details': { prices: 'net', business_by: 'format_ok' },
    'GET /api/admin/activity': {
      items: [
        act({
          event: 'billing.tax_id',
          message: 'A VAT ID was confirmed',
          entity_type: 'org',
          entity_id: 'org_1',
          entity_label: 'Nimbus Labs',
          reason: null,
        }),
      ],
      next: 'more',
    },
  })
  renderPage(<TaxPage />, { path: '/admin/tax', me: admin })
  const card = within(screen.getByRole('region', { name: 'Confirmed VAT IDs' }))
  expect(await card.findByRole('link', { name: 'Nimbus Labs' })).toHaveAttribute(
    'href',
    '/admin/customers/org_1?tab=money',
  )
  expect(card.getByText(/A VAT ID was confirmed by/)).toBeInTheDocument()
  expect(card.getByRole('link', { name: 'All of them' })).toHaveAttribute('href', '/admin/audit?event=billing.tax_id')
  expect(server.of('GET /api/admin/activity')[0]?.query.get('event')).toBe('billing.tax_id')
})
