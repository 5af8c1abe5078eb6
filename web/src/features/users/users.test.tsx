import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { UserPage } from '@/features/users/pages/user-page'
import { UsersPage } from '@/features/users/pages/users-page'
import type { AdminUser, AdminUserRow } from '@/lib/api/types'
import { admin, customer, member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const row: AdminUserRow = {
  id: 'user_2',
  email: 'casey@customer.example',
  name: 'Casey',
  role: 'user',
  state: 'active',
  organisations: 2,
  created_at: '2026-11-01T10:00:00Z',
  seen_at: null,
}
const casey: AdminUser = {
  ...row,
  locale: 'en',
  time_zone: 'UTC',
  email_verified_at: '2026-11-01T10:05:00Z',
  disabled_at: null,
  disabled_reason: null,
  organisations: [{ id: 'org_2', name: 'Casey’s', role: 'owner', joined_at: '2026-11-01T10:00:00Z' }],
  sessions: [],
  refused: [],
  stays: [],
}
const open = (at = '/admin/users/user_2') => renderPage(<UserPage />, { path: '/admin/users/:id', at, me: admin })

describe('the list of users', () => {
  it('says who can sign in and who was never seen', async () => {
    stubApi({
      'GET /api/admin/users': { items: [row, { ...row, id: 'user_3', name: 'Dana', state: 'disabled' }], next: null },
    })
    renderPage(<UsersPage />, { path: '/admin/users', me: admin })
    const first = (await screen.findByRole('link', { name: 'Casey' })).closest('tr')
    for (const words of ['casey@customer.example', 'Active', 'User', 'Never']) expect(first).toHaveTextContent(words)
    expect(screen.getByRole('link', { name: 'Dana' }).closest('tr')).toHaveTextContent('Disabled')
  })

  it('filters by state in the address, and says when no user matches', async () => {
    const server = stubApi({ 'GET /api/admin/users': { items: [], next: null } })
    const { user, router } = renderPage(<UsersPage />, { path: '/admin/users', me: admin })
    await screen.findByText('No users yet')
    await user.selectOptions(screen.getByLabelText('State'), 'disabled')
    expect(await screen.findByText('No users match')).toBeInTheDocument()
    expect(router.state.location.search).toBe('?state=disabled')
    const last = server.of('GET /api/admin/users').at(-1)
    expect(last?.query.get('state')).toBe('disabled')
  })
})

describe('acting as a user', () => {
  it('takes a reason, and looks only unless more is asked for', async () => {
    const server = stubApi({
      'GET /api/admin/users/{id}': casey,
      'POST /api/admin/users/{id}/impersonate': member,
    })
    const { user } = open('/admin/users/user_2?dialog=impersonate')
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Act as this user' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    expect(server.of('POST /api/admin/users/{id}/impersonate')).toHaveLength(0)
    await user.type(dialog.getByLabelText('Reason'), 'A ticket')
    await user.click(dialog.getByRole('button', { name: 'Act as this user' }))
    await waitFor(() => expect(server.of('POST /api/admin/users/{id}/impersonate')).toHaveLength(1))
    expect(server.of('POST /api/admin/users/{id}/impersonate')[0]?.body).toEqual({ reason: 'A ticket', writes: false })
  })

  it.each([
    ['an administrator', { ...casey, role: 'admin' as const }],
    ['a disabled user', { ...casey, state: 'disabled' as const, disabled_at: '2026-11-02T10:00:00Z' }],
    ['oneself', { ...casey, id: admin.user.id }],
  ])('is not offered for %s', async (_, user) => {
    stubApi({ 'GET /api/admin/users/{id}': user })
    open()
    expect(await screen.findByRole('heading', { name: 'Casey', level: 1 })).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Act as this user' })).not.toBeInTheDocument()
  })
})

it('says why a user could not be disabled', async () => {
  stubApi({
    'GET /api/admin/users/{id}': casey,
    'POST /api/admin/users/{id}/disable': () =>
      problem(409, 'last_admin', { detail: 'This is the last administrator who can sign in.' }),
  })
  const { user } = open('/admin/users/user_2?dialog=disable')
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Reason'), 'A stolen card')
  await user.click(dialog.getByRole('button', { name: 'Disable account' }))
  expect(await dialog.findByText(/last administrator who can sign in/)).toBeInTheDocument()
})

it('erases a user who asked for it, once their address was typed', async () => {
  const server = stubApi({
    'GET /api/admin/users/{id}': casey,
    'POST /api/admin/users/{id}/erase': () => json({ job_id: 'job_1', closed: [] }, 202),
  })
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Erase' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Reason'), 'A letter')
  await user.type(dialog.getByLabelText('Their email address'), 'dana@customer.example')
  await user.click(dialog.getByRole('button', { name: 'Erase user' }))
  expect(await dialog.findByText('Write the address exactly as it is shown.')).toBeInTheDocument()
  expect(server.of('POST /api/admin/users/{id}/erase')).toHaveLength(0)
  await user.clear(dialog.getByLabelText('Their email address'))
  await user.type(dialog.getByLabelText('Their email address'), casey.email)
  await user.click(dialog.getByRole('button', { name: 'Erase user' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(server.of('POST /api/admin/users/{id}/erase')[0]?.body).toEqual({ reason: 'A letter', leave_balance: false })
})

it('says nothing of the address of who was erased, and offers nothing', async () => {
  stubApi({ 'GET /api/admin/users/{id}': { ...casey, name: 'Erased person', email: 'erased', state: 'deleted' } })
  open()
  expect(await screen.findByRole('heading', { name: 'Erased person', level: 1 })).toBeInTheDocument()
  expect(screen.queryByRole('link', { name: 'erased' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Erase' })).toBeNull()
})

it('asks for a reset of second factors, with a reason', async () => {
  const server = stubApi({
    'GET /api/admin/users/{id}': casey,
    'POST /api/admin/users/{id}/factors/reset': {
      requested_at: '2026-11-01T10:00:00Z',
      due_at: '2026-11-02T10:00:00Z',
    },
  })
  const { user } = open('/admin/users/user_2')
  await user.click(await screen.findByRole('button', { name: 'Reset second factors' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Reason'), 'A lost phone')
  await user.click(dialog.getByRole('button', { name: 'Ask for the reset' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(server.of('POST /api/admin/users/{id}/factors/reset')[0]?.body).toEqual({ reason: 'A lost phone' })
})

it('creates an organisation that the user owns, and leads to it', async () => {
  const server = stubApi({ 'GET /api/admin/users/{id}': casey, 'POST /api/admin/customers': customer })
  const { user, router } = open()
  await user.click(await screen.findByRole('button', { name: 'Create organisation' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.click(dialog.getByRole('button', { name: 'Create organisation' }))
  expect(await dialog.findByText('Fill this in.')).toBeInTheDocument()
  await user.type(dialog.getByLabelText('Name'), 'Second')
  await user.click(dialog.getByRole('button', { name: 'Create organisation' }))
  await waitFor(() => expect(router.state.location.pathname).toBe(`/admin/customers/${customer.org_id}`))
  expect(server.of('POST /api/admin/customers')[0]?.body).toEqual({ owner: 'user_2', name: 'Second' })
})

it('says that a created user gets a mail, and asks for no password', async () => {
  stubApi({ 'GET /api/admin/users': { items: [], next: null } })
  renderPage(<UsersPage />, { path: '/admin/users', at: '/admin/users?dialog=create', me: admin })
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByText(/a mail with a link by which they choose a password/)).toBeInTheDocument()
  expect(dialog.queryByLabelText(/password/i)).toBeNull()
})
