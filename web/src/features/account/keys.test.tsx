import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { KeysPage } from '@/features/account/pages/keys-page'
import type { ApiKey } from '@/lib/api/types'
import { member } from '@/testing/fixtures'
import { asMember, membership } from '@/testing/memberships'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const apiKey: ApiKey = {
  id: 'key_1',
  org_id: 'org_1',
  owner: { id: member.user.id, name: member.user.name },
  name: 'Deployments',
  prefix: 'sp_k3v9x2ab',
  scopes: ['vps:read', 'vps:create'],
  may: ['vps:read'],
  ip_allow: [],
  active: true,
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-12-01T00:00:00.000Z',
  revoked_at: null,
  last_used_at: null,
  last_ip: null,
  successor_id: null,
}
const text = 'sp_k3v9x2ab_0123456789abcdefghijABCDEFGHIJ_0abcde'
const made = { api_key: apiKey, text }

const show = (options: Parameters<typeof renderPage>[1] = {}) =>
  renderPage(<KeysPage />, { path: '/account/keys', org: null, ...options })

it('makes a key for what the person may, and shows its text once', async () => {
  const server = stubApi({ 'GET /api/keys': { items: [] }, 'POST /api/keys': () => json(made, 201) })
  const mine = asMember({ may: [...asMember().may, 'keys:own', 'keys:make'] })
  const { user } = show({ me: { ...member, organisations: [mine] } })
  await user.click((await screen.findAllByRole('button', { name: 'Create key' }))[0] as HTMLElement)
  const dialog = within(await screen.findByRole('dialog', { name: 'Create an API key' }))
  expect(dialog.getByRole('checkbox', { name: /statement:read/ })).toBeDisabled()
  await user.click(dialog.getByRole('button', { name: 'Create key' }))
  expect(await dialog.findByText('Say where it is used.')).toBeInTheDocument()
  expect(server.of('POST /api/keys')).toEqual([])
  await user.type(dialog.getByLabelText('Name'), 'Deployments')
  await user.click(dialog.getByRole('checkbox', { name: /vps:use/ }))
  await user.type(dialog.getByLabelText(/Networks/), '203.0.113.7, 10.0.0.0/8')
  await user.click(dialog.getByRole('button', { name: 'Create key' }))
  expect(await screen.findByText(text)).toBeInTheDocument()
  const [sent] = server.of('POST /api/keys')
  expect(sent?.headers.get('x-org')).toBe('org_1')
  expect(sent?.body).toMatchObject({
    name: 'Deployments',
    scopes: ['vps:read', 'vps:use'],
    ip_allow: ['203.0.113.7', '10.0.0.0/8'],
  })
  await user.click(screen.getByRole('button', { name: 'I have copied it' }))
  await waitFor(() => expect(screen.queryByText(text)).toBeNull())
})

it('says which scope its owner lost, when it was used, and revokes it', async () => {
  const used = { ...apiKey, last_used_at: '2026-01-02T00:00:00.000Z', last_ip: '203.0.113.7' }
  const server = stubApi({
    'GET /api/keys': { items: [used] },
    'DELETE /api/keys/key_1': () => new Response(null, { status: 204 }),
  })
  const { user } = show()
  expect(await screen.findByText('from 203.0.113.7')).toBeInTheDocument()
  expect(screen.getByTitle(/Create servers.*no longer/)).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Revoke Deployments' }))
  await user.click(await screen.findByRole('button', { name: 'Revoke key' }))
  await waitFor(() => expect(server.of('DELETE /api/keys/key_1')).toHaveLength(1))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

it('rotates a key with the time that was chosen', async () => {
  const server = stubApi({
    'GET /api/keys': { items: [apiKey] },
    'POST /api/keys/key_1/rotate': () => json(made, 201),
  })
  const { user } = show()
  await user.click(await screen.findByRole('button', { name: 'Rotate Deployments' }))
  await user.selectOptions(await screen.findByLabelText('The old key still works for'), '168')
  await user.click(screen.getByRole('button', { name: 'Create new key' }))
  expect(await screen.findByText(text)).toBeInTheDocument()
  expect(server.of('POST /api/keys/key_1/rotate')[0]?.body).toEqual({ overlap_h: 168 })
})

it('shows the keys of the organisation that is chosen, and everybody’s to those who may', async () => {
  const other = asMember({ id: 'org_2', name: 'Cirrus', may: [...asMember().may, 'keys:own'] })
  const server = stubApi({ 'GET /api/keys': { items: [apiKey] } })
  const { user } = show({ me: { ...member, organisations: [membership(), other] } })
  await user.click(await screen.findByRole('button', { name: 'Everybody’s' }))
  await waitFor(() => expect(server.seen.at(-1)?.query.get('all')).toBe('true'))
  await user.selectOptions(screen.getByLabelText('Organisation'), 'org_2')
  await waitFor(() => expect(server.seen.at(-1)?.headers.get('x-org')).toBe('org_2'))
  expect(screen.queryByRole('button', { name: 'Everybody’s' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Create key' })).toBeNull()
})

it('says what went wrong, and asks again', async () => {
  const server = stubApi({ 'GET /api/keys': () => problem(500, 'internal') })
  const { user } = show()
  await user.click(await screen.findByRole('button', { name: 'Retry' }))
  await waitFor(() => expect(server.of('GET /api/keys').length).toBeGreaterThan(1))
})
