import { screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { AccountSection } from '@/app/shell/sections'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'

vi.mock('@/features/account/tabs', () => ({
  ACCOUNT_TABS: [
    { path: 'profile', label: 'Profile' },
    { path: 'keys', label: 'Keys' },
  ],
}))

it('leads to its first page, names the one that is shown, and has the way to the others', async () => {
  const { router } = renderPage(<AccountSection />, { path: '/account/*', at: '/account?hint=1' })
  expect(await screen.findByRole('heading', { name: 'Account', level: 1 })).toBeInTheDocument()
  expect(router.state.location.pathname + router.state.location.search).toBe('/account/profile?hint=1')
  expect(document.title).toBe('Profile · Account · Nimbus')
  expect(screen.getByRole('link', { name: 'Profile' })).toHaveAttribute('aria-current', 'page')
  expect(screen.getByRole('link', { name: 'Keys' })).toHaveAttribute('href', '/account/keys')
})

it('has no page that is not listed', async () => {
  renderPage(<AccountSection />, { path: '/account/*', at: '/account/security' })
  expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeInTheDocument()
})

it('is closed to an administrator in its person’s place', async () => {
  const impersonation = { by: { id: 'user_9', name: 'Sam Support' }, writes: true, until: '2026-11-01T10:30:00Z' }
  renderPage(<AccountSection />, { path: '/account/*', at: '/account/keys', me: { ...member, impersonation } })
  expect(await screen.findByText('This account is Ada Lovelace’s alone')).toBeInTheDocument()
  expect(screen.queryByRole('link', { name: 'Keys' })).toBeNull()
})
