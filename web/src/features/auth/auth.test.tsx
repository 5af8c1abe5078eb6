import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { safeNext } from '@/features/auth/next'
import { RegisterPage } from '@/features/auth/pages/register-page'
import { SignInPage } from '@/features/auth/pages/sign-in-page'
import { meQuery } from '@/lib/api/queries'
import { hasSessionHint } from '@/lib/api/session'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { problem, silence, stubApi } from '@/testing/stub-api'

const PASSWORD = 'correct horse battery'

describe('sign in', () => {
  it('enters with what was typed and keeps no token', async () => {
    const server = stubApi({ 'POST /api/auth/login': member })
    const { user, client } = renderPage(<SignInPage />)
    await user.type(screen.getByLabelText('Email'), ' ada@nimbus.example ')
    await user.type(screen.getByLabelText('Password'), PASSWORD)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(client.getQueryData(meQuery.queryKey)).toEqual(member))
    expect(server.of('POST /api/auth/login')[0]?.body).toEqual({ email: 'ada@nimbus.example', password: PASSWORD })
    expect(hasSessionHint()).toBe(true)
    expect(JSON.stringify({ ...localStorage })).not.toContain(PASSWORD)
  })

  it('says plainly that the two do not match, and keeps the address', async () => {
    stubApi({ 'POST /api/auth/login': () => problem(401, 'unauthenticated') })
    const { user } = renderPage(<SignInPage />)
    await user.type(screen.getByLabelText('Email'), 'ada@nimbus.example')
    await user.type(screen.getByLabelText('Password'), 'nope{Enter}')
    expect(await screen.findByRole('alert')).toHaveTextContent('do not match')
    expect(screen.getByLabelText('Email')).toHaveValue('ada@nimbus.example')
    expect(hasSessionHint()).toBe(false)
  })

  it('asks nothing of the server while fields are empty', async () => {
    const server = stubApi({})
    const { user } = renderPage(<SignInPage />)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByText('Enter your email address.')).toBeInTheDocument()
    expect(screen.getByLabelText('Email')).toBeInvalid()
    expect(screen.getByLabelText('Email')).toHaveFocus()
    expect(server.seen).toHaveLength(0)
  })

  it('tells how long to wait, and of a lost connection', async () => {
    const server = stubApi({ 'POST /api/auth/login': () => problem(429, 'rate_limited') })
    const { user } = renderPage(<SignInPage />)
    await user.type(screen.getByLabelText('Email'), 'ada@nimbus.example')
    await user.type(screen.getByLabelText('Password'), 'x{Enter}')
    expect(await screen.findByRole('alert')).toHaveTextContent('rate_limited')
    server.on('POST /api/auth/login', silence)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('isn’t responding'))
  })

  it('is known to password managers', () => {
    stubApi({})
    renderPage(<SignInPage />)
    expect(screen.getByLabelText('Email')).toHaveAttribute('autocomplete', 'username webauthn')
    expect(screen.getByLabelText('Password')).toHaveAttribute('autocomplete', 'current-password')
  })
})

describe('second factor', () => {
  const challenge = {
    id: 'challenge_1',
    kinds: ['passkey', 'totp', 'recovery_code'],
    expires_at: '2026-11-30T10:00:00Z',
  }

  async function toSecondFactor(kinds = challenge.kinds) {
    const server = stubApi({ 'POST /api/auth/login': { challenge: { ...challenge, kinds } } })
    const view = renderPage(<SignInPage />)
    await view.user.type(screen.getByLabelText('Email'), 'ada@nimbus.example')
    await view.user.type(screen.getByLabelText('Password'), `${PASSWORD}{Enter}`)
    await screen.findByRole('heading', { name: 'Second factor' })
    return { server, ...view }
  }

  it('is asked for after the password, and no session begins before', async () => {
    const { server, user, client } = await toSecondFactor()
    expect(hasSessionHint()).toBe(false)
    // This browser has no passkeys, so the app comes first.
    server.on('POST /api/auth/mfa', () =>
      problem(401, 'wrong_code', { errors: [{ pointer: '/code', detail: 'Not right.' }] }),
    )
    await user.type(screen.getByLabelText('Code from your authenticator app'), '123 456{Enter}')
    expect(await screen.findByText('Not right.')).toBeInTheDocument()
    server.on('POST /api/auth/mfa', member)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(client.getQueryData(meQuery.queryKey)).toEqual(member))
    expect(server.of('POST /api/auth/mfa')[0]?.body).toEqual({ challenge: 'challenge_1', code: '123 456' })
  })

  it('takes a recovery code, and leads back when the challenge is over', async () => {
    const { server, user } = await toSecondFactor()
    await user.click(screen.getByRole('button', { name: 'Use a recovery code' }))
    server.on('POST /api/auth/mfa', () => problem(409, 'challenge_over'))
    await user.type(screen.getByLabelText('Recovery code'), 'abcd efgh{Enter}')
    expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeInTheDocument()
    expect(server.of('POST /api/auth/mfa')[0]?.body).toEqual({ challenge: 'challenge_1', recovery_code: 'abcd efgh' })
  })

  it('says so when no way is open in this browser', async () => {
    await toSecondFactor(['passkey'])
    expect(screen.getByRole('alert')).toHaveTextContent('No way is open here')
  })
})

describe('register', () => {
  async function fill(password: string, organisation = '') {
    const view = renderPage(<RegisterPage />)
    await view.user.type(screen.getByLabelText('Name'), 'Ada')
    if (organisation) await view.user.type(screen.getByLabelText('Organisation (optional)'), organisation)
    await view.user.type(screen.getByLabelText('Email'), 'ada@nimbus.example')
    await view.user.type(screen.getByLabelText('Password'), password)
    return view
  }

  it('sends an organisation only when there is one', async () => {
    const server = stubApi({ 'POST /api/auth/register': member })
    const { user } = await fill(PASSWORD)
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    await waitFor(() =>
      expect(server.of('POST /api/auth/register')[0]?.body).toEqual({
        name: 'Ada',
        email: 'ada@nimbus.example',
        password: PASSWORD,
      }),
    )
  })

  it('says why a password is refused before asking the server', async () => {
    const server = stubApi({})
    const { user } = await fill('short')
    expect(screen.getByText('7 more characters needed')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByText('Use at least 12 characters.')).toBeInTheDocument()
    expect(server.seen).toHaveLength(0)
  })

  it('puts the server’s reason under the field it names', async () => {
    stubApi({
      'POST /api/auth/register': () =>
        problem(400, 'invalid_request', {
          errors: [{ pointer: '/password', detail: 'This password is in a list of stolen ones.' }],
        }),
    })
    const { user } = await fill(PASSWORD, 'Nimbus')
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByText('This password is in a list of stolen ones.')).toBeInTheDocument()
    expect(screen.getByLabelText('Password')).toBeInvalid()
    expect(screen.getByLabelText('Name')).toHaveValue('Ada')
  })

  it('leads an address that is taken to signing in', async () => {
    stubApi({ 'POST /api/auth/register': () => problem(409, 'email_taken') })
    const { user } = await fill(PASSWORD)
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByText('An account with this address already exists. Sign in instead.')).toBeInTheDocument()
  })
})

it.each([
  [null, '/'],
  ['/servers?status=running', '/servers?status=running'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %j leads to %s', (next, to) => expect(safeNext(next)).toBe(to))
