import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { EmailCard } from '@/features/account/components/email-card'
import { PasswordCard } from '@/features/account/components/password-card'
import { UnverifiedBanner } from '@/features/account/components/unverified-banner'
import { ProfilePage } from '@/features/account/pages/profile-page'
import { SessionsPage } from '@/features/account/pages/sessions-page'
import { VerifyPage } from '@/features/account/pages/verify-page'
import type { Me, Session } from '@/lib/api/types'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const unverified: Me = { ...member, user: { ...member.user, email_verified: false } }
const session = (id: string, device: string, current: boolean): Session => ({
  id,
  device,
  current,
  ip: '203.0.113.7',
  amr: ['pwd', 'otp', 'mfa'],
  created_at: '2026-11-30T11:00:00Z',
  seen_at: '2026-11-30T12:00:00Z',
  expires_at: '2026-12-07T12:00:00Z',
  impersonated: false,
})

it('confirms an address only when asked to, and says who is signed in', async () => {
  const server = stubApi({ 'POST /api/auth/email/verify': member })
  const { user } = renderPage(<VerifyPage />, { path: '/verify', at: '/verify#a-token', me: unverified })
  expect(await screen.findByText(/signed in as ada@nimbus.example/)).toBeInTheDocument()
  expect(server.seen).toHaveLength(0)
  await user.click(screen.getByRole('button', { name: 'Confirm the address' }))
  expect(await screen.findByRole('heading', { name: 'Your address is confirmed' })).toBeInTheDocument()
  expect(server.of('POST /api/auth/email/verify')[0]?.body).toEqual({ token: 'a-token' })
})

it('says that a link is over, and that one was cut off', async () => {
  stubApi({ 'POST /api/auth/email/verify': () => problem(410, 'link_expired') })
  const { user } = renderPage(<VerifyPage />, { path: '/verify', at: '/verify#spent' })
  await user.click(await screen.findByRole('button', { name: 'Confirm the address' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('link_expired')
})

it('reminds the unconfirmed alone, and sends the link again once', async () => {
  const server = stubApi({ 'POST /api/auth/email/verify/send': () => json({ link_works_s: 86_400 }, 202) })
  const { user } = renderPage(<UnverifiedBanner />, { me: unverified })
  await user.click(screen.getByRole('button', { name: 'Send it again' }))
  expect(await screen.findByRole('status')).toHaveTextContent('on its way')
  expect(server.of('POST /api/auth/email/verify/send')).toHaveLength(1)
})

it('puts a refused password under its field and keeps what was typed', async () => {
  stubApi({
    'POST /api/auth/password': () =>
      problem(400, 'wrong_password', { errors: [{ pointer: '/current', detail: 'this is not your password' }] }),
  })
  const { user } = renderPage(<PasswordCard />)
  await user.type(screen.getByLabelText('Current password'), 'not this one 1')
  await user.type(screen.getByLabelText('New password'), 'a staple of horses 42')
  await user.click(screen.getByRole('button', { name: 'Change password' }))
  expect(await screen.findByText('this is not your password')).toBeInTheDocument()
  expect(screen.getByLabelText('New password')).toHaveValue('a staple of horses 42')
})

it('tells where the link of a new address went, and that the old one counts until then', async () => {
  stubApi({ 'POST /api/auth/email': () => json({ link_works_s: 86_400 }, 202) })
  const { user } = renderPage(<EmailCard />)
  await user.type(screen.getByLabelText('New address'), 'ada@new.example')
  await user.click(screen.getByRole('button', { name: 'Change address' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('ada@new.example')
})

it('signs out one other session, never offers to for this one', async () => {
  const server = stubApi({
    'GET /api/auth/sessions': {
      items: [session('session_1', 'Firefox on Linux', true), session('session_2', 'Safari on iPhone', false)],
    },
    'DELETE /api/auth/sessions/{id}': () => new Response(null, { status: 204 }),
  })
  const { user } = renderPage(<SessionsPage />)
  expect(await screen.findByText('This session')).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Sign out Firefox on Linux' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Sign out Safari on iPhone' }))
  await user.click(await screen.findByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(server.seen.some(({ path }) => path === '/api/auth/sessions/session_2')).toBe(true))
})

it('saves a profile', async () => {
  const server = stubApi({ 'PATCH /api/account': { ...member, user: { ...member.user, name: 'Ada King' } } })
  const { user } = renderPage(<ProfilePage />)
  await user.clear(screen.getByLabelText('Name'))
  await user.type(screen.getByLabelText('Name'), 'Ada King')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(server.of('PATCH /api/account')[0]?.body).toMatchObject({ name: 'Ada King' }))
})
