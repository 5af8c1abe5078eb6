import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CloudPage } from '@/features/clouds/pages/cloud-page'
import { CloudsPage } from '@/features/clouds/pages/clouds-page'
import { admin, adminJob, catalog } from '@/testing/fixtures'
import { operatorCloud } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const cloud = operatorCloud()
const TOKEN = 'super-secret-token-1234'

describe('connect', () => {
  it('sends the token once and leads to the cloud while it is checked', async () => {
    const server = stubApi({
      'GET /api/admin/clouds': { items: [] },
      'POST /api/admin/clouds': { cloud: { ...cloud, status: 'pending' }, job: adminJob },
    })
    const { user, router, client } = renderPage(<CloudsPage />, {
      path: '/admin/clouds',
      at: '/admin/clouds?dialog=connect',
      me: admin,
    })
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('Name'), 'Main cloud')
    await user.type(dialog.getByLabelText('API token'), TOKEN)
    await user.click(dialog.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/admin/clouds/cloud_1'))
    expect(server.of('POST /api/admin/clouds')[0]?.body).toEqual({
      provider: 'linode',
      name: 'Main cloud',
      token: TOKEN,
    })
    const kept = JSON.stringify([
      client
        .getQueryCache()
        .getAll()
        .map((q) => q.state.data),
      { ...localStorage },
      { ...sessionStorage },
    ])
    expect(kept).not.toContain(TOKEN)
    expect(document.body.innerHTML).not.toContain(TOKEN)
  })

  it('refuses what cannot be a token or an address', async () => {
    const server = stubApi({ 'GET /api/admin/clouds': { items: [] } })
    const { user } = renderPage(<CloudsPage />, {
      path: '/admin/clouds',
      at: '/admin/clouds?dialog=connect',
      me: admin,
    })
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('API token'), 'abc')
    await user.click(dialog.getByText('Use a different API address'))
    await user.type(dialog.getByLabelText('Endpoint (optional)'), 'not an address')
    await user.click(dialog.getByRole('button', { name: 'Connect' }))
    for (const words of ['Give it a name.', 'Paste the whole token.', /Enter a complete address/])
      expect(await dialog.findByText(words)).toBeInTheDocument()
    expect(server.of('POST /api/admin/clouds')).toHaveLength(0)
  })
})

describe('a cloud', () => {
  const open = (over = {}, at = '/admin/clouds/cloud_1') => {
    const server = stubApi({
      'GET /api/admin/clouds/{id}': { ...cloud, ...over },
      'GET /api/admin/clouds/{id}/catalog': catalog,
      'GET /api/admin/clouds': { items: [cloud] },
    })
    return { server, ...renderPage(<CloudPage />, { path: '/admin/clouds/:id', at, me: admin }) }
  }

  it('shows what waits for a decision with what it costs, and allows exactly that', async () => {
    const held = {
      id: 'finding_1',
      kind: 'missing',
      held: 'too_many',
      provider_ref: '10000001',
      label: 'sp-1',
      vps: 'vps_1',
      hourly: { amount: '0.008219', currency: 'USD' },
      found_at: '2026-11-22T10:00:00Z',
      machine_created_at: null,
    }
    const orphan = { ...held, id: 'finding_2', kind: 'orphan', held: 'epoch', label: 'sp-2', vps: null }
    const brakes = {
      account: 'A',
      other_account: null,
      untrusted: 'The mark in Redis is missing.',
      held: [held, orphan],
      lost_hourly: held.hourly,
      orphans_hourly: held.hourly,
    }
    const server = stubApi({
      'GET /api/admin/clouds/{id}': { ...cloud, held: 2, untrusted: true },
      'GET /api/admin/clouds/{id}/catalog': catalog,
      'GET /api/admin/clouds/{id}/brakes': brakes,
      'POST /api/admin/clouds/{id}/release': { ...brakes, held: [], untrusted: null },
    })
    const { user } = renderPage(<CloudPage />, { path: '/admin/clouds/:id', at: '/admin/clouds/cloud_1', me: admin })
    expect(await screen.findByText(/The mark in Redis is missing/)).toBeInTheDocument()
    const table = within(screen.getByRole('table', { name: 'Waiting for your decision' }))
    expect(table.getByText('marked as lost')).toBeInTheDocument()
    expect(table.getByText('deleted')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Decide…' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByText(/cannot be undone/)).toHaveTextContent('$0.0082 an hour')
    await user.type(dialog.getByLabelText(/Reason/), 'seen at the provider')
    await user.click(dialog.getByRole('button', { name: 'Delete 1 machine' }))
    await waitFor(() =>
      expect(server.of('POST /api/admin/clouds/{id}/release')[0]?.body).toEqual({
        findings: ['finding_1', 'finding_2'],
        trust: true,
        reason: 'seen at the provider',
      }),
    )
  })

  it('shows its state, its token’s end only, and its catalog', async () => {
    const { user, router } = open()
    expect(await screen.findByText('Connected', { selector: '[role=status] *' })).toBeInTheDocument()
    expect(screen.getByText('…9f3a')).toBeInTheDocument()
    expect(await screen.findByText('g6-standard-1')).toBeInTheDocument()
    await user.click(screen.getByRole('tab', { name: /Regions/ }))
    expect(await screen.findByText('Singapore')).toBeInTheDocument()
    expect(router.state.location.search).toBe('?tab=regions')
  })

  it('says why it is refused and takes a new token', async () => {
    const { server, user } = open({ status: 'invalid', status_detail: 'The token was revoked.' })
    server.on('PATCH /api/admin/clouds/{id}', { cloud: { ...cloud, status: 'pending' }, job: adminJob })
    expect(await screen.findByText('The token was revoked.')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Replace token' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.type(dialog.getByLabelText('New API token'), `${TOKEN}{Enter}`)
    await waitFor(() => expect(server.of('PATCH /api/admin/clouds/{id}')[0]?.body).toEqual({ token: TOKEN }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  })

  it('syncs, but not while it is refused', async () => {
    const { server, user, client } = open()
    server.on('POST /api/admin/clouds/{id}/sync', { cloud, job: adminJob })
    await user.click(await screen.findByRole('button', { name: 'Sync catalog' }))
    await waitFor(() => expect(server.of('POST /api/admin/clouds/{id}/sync')).toHaveLength(1))
    server.on('GET /api/admin/clouds/{id}', { ...cloud, status: 'invalid' })
    await client.invalidateQueries()
    await waitFor(() => expect(screen.getByRole('button', { name: 'Sync catalog' })).toBeDisabled())
  })

  it('is not removed while it has servers', async () => {
    const { server, user } = open({ servers: 2 }, '/admin/clouds/cloud_1?dialog=remove')
    server.on('DELETE /api/admin/clouds/{id}', () => problem(409, 'in_use', { detail: '2 servers are on this cloud.' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Remove cloud' }))
    expect(await dialog.findByText('2 servers are on this cloud.')).toBeInTheDocument()
  })

  it('is paused and resumed with a reason; the banner says why', async () => {
    const { server, user, client } = open()
    server.on('POST /api/admin/clouds/{id}/pause', operatorCloud({ paused: true }))
    await user.click(await screen.findByRole('button', { name: 'More actions' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Pause jobs…' }))
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Pause jobs' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    server.on('GET /api/admin/clouds/{id}', operatorCloud({ paused: true, paused_reason: 'Their API is down' }))
    await user.type(dialog.getByLabelText('Reason'), 'Their API is down{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/clouds/{id}/pause')[0]?.body).toEqual({ reason: 'Their API is down' }),
    )
    expect(await screen.findByText('Jobs on this cloud are paused')).toBeInTheDocument()
    expect(screen.getByText('Their API is down')).toBeInTheDocument()
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    server.on('POST /api/admin/clouds/{id}/resume', operatorCloud())
    server.on('GET /api/admin/clouds/{id}', operatorCloud())
    await user.click(screen.getByRole('button', { name: 'Resume jobs' }))
    await user.type(within(await screen.findByRole('dialog')).getByLabelText('Reason'), 'It is back{Enter}')
    await waitFor(() => expect(screen.queryByText('Jobs on this cloud are paused')).not.toBeInTheDocument())
    await client.cancelQueries()
  })

  it('shows how many requests it still accepts', async () => {
    open({
      rate: [
        {
          class: 'create',
          limit: 10,
          per_s: 0.33,
          remaining: 1,
          blocked_until: new Date(Date.now() + 48_000).toISOString(),
        },
      ],
    })
    const rate = within(await screen.findByRole('region', { name: 'Rate limits' }))
    expect(rate.getByText('create').closest('li')).toHaveTextContent(/1 of 10 leftrefills 0\.33\/sblocked for 0:4\d/)
  })
})
