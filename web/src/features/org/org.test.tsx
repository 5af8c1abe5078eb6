import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ClosedPage } from '@/features/org/pages/closed-page'
import { DangerPage } from '@/features/org/pages/danger-page'
import { GeneralPage } from '@/features/org/pages/general-page'
import { InvitationPage } from '@/features/org/pages/invitation-page'
import { MembersPage } from '@/features/org/pages/members-page'
import { QuotasPage } from '@/features/org/pages/quotas-page'
import { OrgSecurityPage } from '@/features/org/pages/security-page'
import { rolesFor } from '@/features/org/roles'
import type { InvitationOffer, Org, OrgInvitation, OrgMember } from '@/lib/api/types'
import { keptInvitation } from '@/lib/invitation'
import { member as me } from '@/testing/fixtures'
import { asMember } from '@/testing/memberships'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const quota = (used: number, limit: number) => ({ used, limit })

const org: Org = {
  id: 'org_1',
  name: 'Nimbus Labs',
  created_at: '2026-11-01T10:00:00Z',
  website: 'https://nimbus.example',
  address_lines: null,
  city: null,
  postcode: null,
  country: null,
  tax_id: null,
  billing_name: null,
  billing_email: null,
  quotas: {
    servers: quota(10, 10),
    vcpus: quota(12, 100),
    memory_mib: quota(2048, 524_288),
    storage_gib: quota(250, 10_240),
    members: quota(2, 25),
    keys: quota(0, 50),
  },
}

const ada: OrgMember = {
  id: me.user.id,
  email: me.user.email,
  name: me.user.name,
  role: 'owner',
  joined_at: '2026-11-01T10:00:00Z',
  seen_at: '2026-11-30T10:00:00Z',
  invited_by: null,
  disabled: false,
  second_factor: true,
}
const bill: OrgMember = {
  ...ada,
  id: 'user_2',
  email: 'bill@nimbus.example',
  name: 'Bill',
  role: 'billing',
  second_factor: false,
}
const pending: OrgInvitation = {
  id: 'invitation_1',
  email: 'rita@nimbus.example',
  role: 'readonly',
  invited_by: 'Ada',
  created_at: '2026-11-29T10:00:00Z',
  expires_at: '2026-12-06T10:00:00Z',
  state: 'pending',
}
const lists = {
  'GET /api/orgs/{org}/members': { items: [ada, bill] },
  'GET /api/orgs/{org}/invitations': { items: [pending] },
}

describe('members', () => {
  const at = '/settings/members'

  it('are found by name and address, with what an owner may do about them', async () => {
    stubApi(lists)
    const { user } = renderPage(<MembersPage />, { path: at })
    expect(await screen.findByText('bill@nimbus.example')).toBeVisible()
    expect(screen.getByText('rita@nimbus.example')).toBeVisible()
    expect(screen.getByRole('button', { name: 'Remove Bill' })).toBeVisible()
    await user.type(screen.getByRole('searchbox'), 'no-member-has-this')
    expect(await screen.findByText('No member matches.')).toBeVisible()
    expect(screen.getByText('No invitation matches.')).toBeVisible()
  })

  it('say who has a second factor, to those who may change them', async () => {
    stubApi(lists)
    renderPage(<MembersPage />, { path: at })
    expect((await screen.findByText('bill@nimbus.example')).closest('li')).toHaveTextContent('No second factor')
    expect(screen.getByText(me.user.email).closest('li')).toHaveTextContent('Second factor')
  })

  it('shows who may where the reader may not', async () => {
    stubApi(lists)
    renderPage(<MembersPage />, { path: at, org: asMember() })
    expect(await screen.findByText('bill@nimbus.example')).toBeVisible()
    expect(screen.getByText(/ask an owner or an admin/)).toBeVisible()
    expect(screen.queryByRole('button', { name: /Remove|Invite|Change|Take back/ })).toBeNull()
  })

  it('are invited with an address and a role', async () => {
    const server = stubApi({ ...lists, 'POST /api/orgs/{org}/invitations': pending })
    const { user, router } = renderPage(<MembersPage />, { path: at, at: `${at}?dialog=invite` })
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Invite' }))
    expect(await dialog.findByText('Enter their email address.')).toBeVisible()
    await user.type(dialog.getByLabelText('Email'), 'Rita@nimbus.example')
    await user.selectOptions(dialog.getByLabelText('Role'), 'readonly')
    await user.click(dialog.getByRole('button', { name: 'Invite' }))
    await waitFor(() => expect(router.state.location.search).toBe(''))
    const [request] = server.of('POST /api/orgs/{org}/invitations')
    expect(request?.body).toEqual({ email: 'Rita@nimbus.example', role: 'readonly' })
  })
})

it('offers roles up to one’s own', () => {
  expect(rolesFor('owner')).toContain('owner')
  expect(rolesFor('admin')).toEqual(['admin', 'member', 'billing', 'readonly'])
  expect(rolesFor('member')).toEqual([])
})

it('shows each quota with what is used of it', async () => {
  stubApi({ 'GET /api/orgs/{org}': org })
  renderPage(<QuotasPage />)
  expect(await screen.findByText('10 of 10')).toBeVisible()
  expect(screen.getByText('2 of 512 GiB')).toBeVisible()
  expect(screen.getByText('0 of 50')).toBeVisible()
})

it('puts what the API refuses under its field', async () => {
  const refusal = { errors: [{ pointer: '/country', detail: 'choose a country by its two letters, such as DE' }] }
  stubApi({
    'GET /api/orgs/{org}': org,
    'GET /api/orgs/{org}/billing/history': { items: [], next: null },
    'PATCH /api/orgs/{org}': () => problem(400, 'invalid_request', refusal),
  })
  const { user } = renderPage(<GeneralPage />)
  await user.type(await screen.findByLabelText('Country'), 'XX')
  await user.click(screen.getAllByRole('button', { name: 'Save' })[0] as HTMLElement)
  expect(await screen.findByText(/choose a country by its two letters/i)).toBeVisible()
})

it('shows what invoices said before to those who read the statement', async () => {
  const version = {
    id: '1',
    changed_at: '2026-11-20T10:00:00Z',
    until: null,
    by: { id: 'user_1', name: 'Ada' },
    changed: ['tax_id'],
    tax_id: 'FR12345678901',
    documents: 2,
  }
  const server = stubApi({
    'GET /api/orgs/{org}': org,
    'GET /api/orgs/{org}/billing/history': { items: [version], next: null },
  })
  renderPage(<GeneralPage />)
  expect(await screen.findByText('FR12345678901')).toBeVisible()
  expect(screen.getByText(/by Ada, holds now; 2 documents issued with it/)).toBeVisible()
  cleanup()
  renderPage(<GeneralPage />, { org: asMember() })
  expect(await screen.findByLabelText('Country')).toBeVisible()
  expect(screen.queryByRole('region', { name: 'History of these details' })).toBeNull()
  expect(server.of('GET /api/orgs/{org}/billing/history')).toHaveLength(1)
})

it('deletes an organisation only by its name, and only for owners', async () => {
  stubApi({})
  const { user } = renderPage(<DangerPage />, { path: '/settings/danger', at: '/settings/danger?dialog=delete-org' })
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Name of the organisation'), 'Nimbus')
  await user.click(dialog.getByRole('button', { name: 'Delete organisation' }))
  expect(await dialog.findByText('Write the name exactly as it is shown.')).toBeVisible()
})

describe('an invitation', () => {
  const offer: InvitationOffer = {
    organisation: 'Cirrus',
    role: 'billing',
    invited_by: 'Grace',
    email: me.user.email,
    has_account: true,
    expires_at: '2026-12-06T10:00:00Z',
  }
  const open = (answer: object) => {
    sessionStorage.clear()
    const server = stubApi({ 'POST /api/invitations/look': answer })
    const rendered = renderPage(<InvitationPage />, { path: '/invitation', at: '/invitation#secret-token' })
    return { server, ...rendered }
  }

  it('is offered to its addressee, and its token is kept for this tab alone', async () => {
    const { server } = open(offer)
    expect(await screen.findByRole('button', { name: 'Accept' })).toBeVisible()
    expect(screen.getByRole('heading', { name: 'Join Cirrus' })).toBeVisible()
    expect(server.of('POST /api/invitations/look')[0]?.body).toEqual({ token: 'secret-token' })
    expect(keptInvitation()).toBe('secret-token')
  })

  it('says to another person whom they are signed in as', async () => {
    open({ ...offer, email: 'other@example.com' })
    expect(await screen.findByText(/this invitation is for another address/)).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Accept' })).toBeNull()
    expect(screen.queryByText(/other@example\.com/)).toBeNull()
  })

  it.each([
    [410, 'invitation_expired', 'This invitation has expired'],
    [410, 'invitation_used', 'This invitation was answered'],
    [410, 'invitation_revoked', 'This invitation no longer counts'],
    [404, 'not_found', 'This invitation was not found'],
  ])('that is over says why: %i %s', async (status, code, title) => {
    open(() => problem(status, code))
    expect(await screen.findByRole('heading', { name: title })).toBeVisible()
  })
})

describe('security', () => {
  const GET = 'GET /api/orgs/{org}/security'
  const PATCH = 'PATCH /api/orgs/{org}/security'
  const open = (over = {}) => renderPage(<OrgSecurityPage />, { path: '/settings/security', ...over })

  it('asks for second factors, and sends an owner without one to add theirs', async () => {
    const server = stubApi({
      [GET]: { require_mfa: false, ip_allow: [] },
      [PATCH]: () => problem(409, 'own_factor_missing', { detail: 'You have no second factor yourself.' }),
    })
    const { user } = open()
    await user.click(await screen.findByRole('button', { name: 'Require a second factor' }))
    expect(await screen.findByText(/You have no second factor yourself/)).toBeVisible()
    expect(screen.getByRole('link', { name: 'Add yours' })).toHaveAttribute('href', '/account/security')
    server.on(PATCH, { require_mfa: true, ip_allow: [] })
    await user.click(screen.getByRole('button', { name: 'Require a second factor' }))
    expect(await screen.findByRole('button', { name: 'Require no second factor' })).toBeVisible()
    expect(server.of(PATCH)[1]?.body).toEqual({ require_mfa: true })
  })

  it('takes a list of networks, and says at the field what is wrong with one', async () => {
    const refusal = { errors: [{ pointer: '/ip_allow/1', detail: 'write an address or a network' }] }
    const server = stubApi({
      [GET]: { require_mfa: false, ip_allow: ['203.0.113.0/24'] },
      [PATCH]: () => problem(400, 'invalid_request', refusal),
    })
    const { user } = open()
    const field = await screen.findByLabelText('Addresses and networks')
    expect(field).toHaveValue('203.0.113.0/24')
    await user.type(field, '{enter}nonsense')
    await user.click(screen.getByRole('button', { name: 'Save networks' }))
    expect(await screen.findByText(/write an address or a network/i)).toBeVisible()
    expect(server.of(PATCH)[0]?.body).toEqual({ ip_allow: ['203.0.113.0/24', 'nonsense'] })
  })

  it('is an owner’s to change', async () => {
    stubApi({ [GET]: { require_mfa: true, ip_allow: [] } })
    open({ org: asMember({ role: 'admin', may: ['members:read', 'org:write'] }) })
    expect(await screen.findByText('Required of every member.')).toBeVisible()
    expect(screen.getAllByText(/ask an owner/)).toHaveLength(2)
    expect(screen.queryByRole('button', { name: /Require|Save/ })).toBeNull()
  })
})

it('says that it is closed to this address, and has the way to try again', async () => {
  renderPage(<ClosedPage />, { path: '/closed' })
  expect(await screen.findByText('This organisation can’t be used from here')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Try again' })).toHaveAttribute('href', '/o/org_1/dashboard')
})
