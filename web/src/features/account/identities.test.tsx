import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { IdentitiesCard } from '@/features/account/components/identities-card'
import { PasswordCard } from '@/features/account/components/password-card'
import * as elsewhere from '@/lib/elsewhere'
import type { Identity } from '@/lib/api/types'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const identity: Identity = {
  id: 'identity_1',
  issuer: 'https://id.example',
  email: 'ada@acme.example',
  in_use: true,
  created_at: '2026-11-30T11:00:00Z',
  last_used_at: '2026-11-30T12:00:00Z',
}
const factors = { passkeys: [], recovery_codes: 0, step_up: [], password: false, at_issuer: true }

const trusting: typeof renderPage = (element, options) =>
  renderPage(element, { ...options, panel: { sign_in_with: 'Acme' } })

it('is not there where there is nothing to link', async () => {
  const server = stubApi({ 'GET /api/auth/identities': { items: [] } })
  renderPage(<IdentitiesCard />)
  await waitFor(() => expect(server.seen).toHaveLength(1))
  expect(screen.queryByText('Linked sign-ins')).toBeNull()
})

it('links by leading to the issuer', async () => {
  const leave = vi.spyOn(elsewhere, 'leaveFor').mockReturnValue(undefined)
  const server = stubApi({
    'GET /api/auth/identities': { items: [] },
    'POST /api/auth/identities': { address: 'https://id.example/authorize', expires_at: '2026-11-30T12:00:00Z' },
  })
  const { user } = trusting(<IdentitiesCard />)
  await user.click(await screen.findByRole('button', { name: 'Link Acme' }))
  await waitFor(() => expect(leave).toHaveBeenCalledWith('https://id.example/authorize'))
  expect(server.of('POST /api/auth/identities')[0]?.body).toEqual({ back: '/account/security' })
})

it('unlinks after a question, and says why the last way stays', async () => {
  const server = stubApi({
    'GET /api/auth/identities': { items: [identity, { ...identity, id: 'identity_2', email: null, in_use: false }] },
    'DELETE /api/auth/identities/{id}': () => problem(409, 'last_way'),
  })
  const { user } = trusting(<IdentitiesCard />)
  await user.click(await screen.findByRole('button', { name: 'Unlink ada@acme.example' }))
  await user.click(await screen.findByRole('button', { name: 'Unlink' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('last_way')
  server.on('DELETE /api/auth/identities/{id}', () => new Response(null, { status: 204 }))
  await user.click(screen.getByRole('button', { name: 'Unlink' }))
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  expect(server.seen.some(({ path }) => path === '/api/auth/identities/identity_1')).toBe(true)
  expect(screen.getByText(/no longer takes its word/)).toBeInTheDocument()
})

it('offers a link to choose a password to who has none', async () => {
  const server = stubApi({
    'GET /api/auth/factors': factors,
    'POST /api/auth/reset': () => json({ link_works_s: 1 }, 202),
  })
  const { user } = trusting(<PasswordCard />)
  await user.click(await screen.findByRole('button', { name: 'Send a link to choose one' }))
  expect(await screen.findByRole('status')).toHaveTextContent(member.user.email)
  expect(server.of('POST /api/auth/reset')[0]?.body).toEqual({ email: member.user.email })
})
