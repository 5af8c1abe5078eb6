import { screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { StepUpDialog } from '@/features/auth/components/step-up-dialog'
import { RegisterPage } from '@/features/auth/pages/register-page'
import { SignInPage } from '@/features/auth/pages/sign-in-page'
import { meQuery } from '@/lib/api/queries'
import { hasSessionHint } from '@/lib/api/session'
import * as elsewhere from '@/lib/elsewhere'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const away = { address: 'https://id.example/authorize?x=y', expires_at: '2026-11-30T12:00:00Z' }
const leave = vi.spyOn(elsewhere, 'leaveFor')

beforeEach(() => {
  leave.mockReset()
  leave.mockReturnValue(undefined)
})

/** A page of a panel that trusts an issuer. */
const trusting: typeof renderPage = (element, options) =>
  renderPage(element, { ...options, panel: { sign_in_with: 'Acme' } })

describe('signing in by another site’s word', () => {
  it('is not there where the panel trusts none', () => {
    stubApi({})
    renderPage(<SignInPage />)
    expect(screen.queryByRole('button', { name: /Continue with/ })).toBeNull()
  })

  it('leads there, and says where the person wanted to go', async () => {
    const server = stubApi({ 'POST /api/auth/oidc/start': away })
    const { user } = trusting(<SignInPage />, { path: '/sign-in', at: '/sign-in?next=%2Faccount%2Fkeys' })
    await user.click(await screen.findByRole('button', { name: 'Continue with Acme' }))
    await waitFor(() => expect(leave).toHaveBeenCalledWith(away.address))
    expect(server.of('POST /api/auth/oidc/start')[0]?.body).toEqual({ back: '/account/keys' })
  })

  it('says that the site does not answer', async () => {
    stubApi({ 'POST /api/auth/oidc/start': () => problem(503, 'oidc_unavailable') })
    const { user } = trusting(<RegisterPage />)
    await user.click(await screen.findByRole('button', { name: 'Continue with Acme' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('oidc_unavailable')
    expect(leave).not.toHaveBeenCalled()
  })

  it('enters as whom the cookies are for', async () => {
    stubApi({ 'GET /api/auth/me': member })
    const { client } = trusting(<SignInPage />, { path: '/sign-in', at: '/sign-in?oidc=signed_in' })
    client.setQueryData(meQuery.queryKey, null)
    await waitFor(() => expect(client.getQueryData(meQuery.queryKey)).toEqual(member))
    expect(hasSessionHint()).toBe(true)
  })

  it('asks for the second factor, whatever was shown there', async () => {
    const challenge = { id: 'challenge_9', kinds: ['totp'], expires_at: '2026-11-30T10:00:00Z' }
    const server = stubApi({ 'GET /api/auth/oidc/pending': { challenge }, 'POST /api/auth/mfa': member })
    const { user, client } = trusting(<SignInPage />, { path: '/sign-in', at: '/sign-in?oidc=second_factor' })
    await user.type(await screen.findByLabelText('Code from your authenticator app'), '123456{Enter}')
    await waitFor(() => expect(client.getQueryData(meQuery.queryKey)).toEqual(member))
    expect(server.of('POST /api/auth/mfa')[0]?.body).toEqual({ challenge: 'challenge_9', code: '123456' })
  })

  it.each([
    ['oidc_email_taken', /Sign in with its password, then link Acme/],
    ['oidc_declined', /did not sign in there/],
    ['oidc_refused', /could not be believed/],
    ['registration_closed', /Ask support/],
    ['account_disabled', /disabled/],
    ['challenge_over', /took too long/],
    ['rate_limited', /Too many attempts/],
    ['<script>', /did not work/],
  ])('says in words what %s is', async (word, words) => {
    stubApi({})
    trusting(<SignInPage />, { path: '/sign-in', at: `/sign-in?oidc=${encodeURIComponent(word)}` })
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent(words))
    expect(screen.getByLabelText('Password')).toBeInTheDocument()
  })

  it('shows again there who one is, for who has nothing else', async () => {
    const factors = { passkeys: [], recovery_codes: 0, step_up: [], password: false, at_issuer: true }
    const server = stubApi({ 'GET /api/auth/factors': factors, 'POST /api/auth/oidc/verify': away })
    const { user } = trusting(<StepUpDialog onEnd={() => undefined} />, { path: '/account/security' })
    expect(await screen.findByText(/come back to this page/)).toBeInTheDocument()
    expect(screen.queryByLabelText('Password')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Continue with Acme' }))
    await waitFor(() => expect(leave).toHaveBeenCalledWith(away.address))
    expect(server.of('POST /api/auth/oidc/verify')[0]?.body).toEqual({ back: '/account/security' })
  })
})
