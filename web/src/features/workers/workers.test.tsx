import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { WorkersPage } from '@/features/workers/pages/workers-page'
import { unknownToAll, onlyServes } from '@/features/workers/workers'
import { admin } from '@/testing/fixtures'
import { worker } from '@/testing/operator-fixtures'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const LIST = 'GET /api/admin/workers'
const show = (items: object[], at = '/admin/workers') => {
  const server = stubApi({ [LIST]: { items } })
  return { server, ...renderPage(<WorkersPage />, { path: '/admin/workers', at, me: admin }) }
}
const older = worker({
  id: 'w2',
  host: 'worker-b',
  pid: 12,
  version: '0.4.2',
  started_at: '2026-11-20T10:00:00Z',
  unknown_kinds: ['vps.resize'],
})

describe('workers', () => {
  it('show who they are, how busy, and how well', async () => {
    show([worker()])
    const row = within(await screen.findByRole('listitem', { name: 'worker-a, process 4711' }))
    for (const words of ['pid 4711', '0.5.0', 'Running', '143 MB']) expect(row.getByText(words)).toBeInTheDocument()
    expect(row.getByRole('link', { name: 'provision' }).closest('li')).toHaveTextContent('3 / 8')
    expect(screen.getByText('3 of 12')).toBeInTheDocument()
  })

  it('of an older version stand out, with the kinds that they do not know', async () => {
    show([worker(), older, worker({ id: 'w3', host: 'worker-c', state: 'lost', version: '0.3.0' })])
    expect(await screen.findByText('2 versions are running side by side')).toBeInTheDocument()
    const row = within(screen.getByRole('listitem', { name: 'worker-b, process 12' }))
    expect(row.getByText('older version')).toBeInTheDocument()
    expect(row.getByText(/It leaves these jobs to other workers/)).toHaveTextContent('vps.resize')
    const lost = within(screen.getByRole('listitem', { name: 'worker-c, process 4711' }))
    expect(lost.getByText('Lost')).toBeInTheDocument()
    expect(lost.queryByRole('button')).not.toBeInTheDocument()
    expect(screen.queryByText(/^No worker knows/)).not.toBeInTheDocument()
  })

  it('warn when no worker knows a kind that has jobs', async () => {
    show([older])
    expect(await screen.findByText('No worker knows vps.resize')).toBeInTheDocument()
    expect(unknownToAll([older, worker()])).toEqual([])
    expect(unknownToAll([older, worker({ state: 'quiet' })])).toEqual(['vps.resize'])
  })

  it('are made quiet and woken with a reason', async () => {
    const { server, user, router, client } = show([worker(), older])
    server.on('POST /api/admin/workers/{id}/quiet', worker({ state: 'quiet' }))
    server.on('POST /api/admin/workers/{id}/wake', worker())
    await user.click(await screen.findByRole('button', { name: 'Actions for worker-a, process 4711' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Quiet…' }))
    expect(router.state.location.search).toBe('?dialog=quiet&of=w1')
    const dialog = within(await screen.findByRole('dialog'))
    await user.click(dialog.getByRole('button', { name: 'Quiet worker' }))
    expect(await dialog.findByText('Give a short reason.')).toBeInTheDocument()
    server.on(LIST, { items: [worker({ wanted: 'quiet' }), older] })
    await user.type(dialog.getByLabelText('Reason'), 'Checking its memory{Enter}')
    await waitFor(() =>
      expect(server.of('POST /api/admin/workers/w1/quiet')[0]?.body).toEqual({ reason: 'Checking its memory' }),
    )
    expect(await screen.findByText('asked to go quiet')).toBeInTheDocument()
    server.on(LIST, { items: [worker({ state: 'quiet' }), older] })
    await client.invalidateQueries()
    expect(await screen.findByText('Quiet')).toBeInTheDocument()
    expect(screen.queryByText('asked to go quiet')).not.toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Actions for worker-a, process 4711' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Wake…' }))
    await user.type(within(await screen.findByRole('dialog')).getByLabelText('Reason'), 'Looked{Enter}')
    await waitFor(() => expect(server.of('POST /api/admin/workers/w1/wake')).toHaveLength(1))
  })

  it('are stopped under a clear warning: what it holds, and what no other worker would do', async () => {
    const { server, user } = show(
      [worker(), worker({ id: 'w2', host: 'worker-b', queues: [{ queue: 'mail', slots: 4, busy: 0 }] })],
      '/admin/workers?dialog=stop&of=w1',
    )
    server.on('POST /api/admin/workers/{id}/stop', () => problem(409, 'not_live', { detail: 'It no longer runs.' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Stop this worker?' }))
    expect(dialog.getByText(/once it has finished the 3 jobs it holds/)).toBeInTheDocument()
    expect(dialog.getByText(/does not restart by itself/)).toBeInTheDocument()
    expect(dialog.getByText('It is the last worker for provision')).toBeInTheDocument()
    await user.type(dialog.getByLabelText('Reason'), 'Rollout{Enter}')
    expect(await dialog.findByText('It no longer runs.')).toBeInTheDocument()
    expect(onlyServes(worker(), [worker(), worker({ id: 'w2' })])).toEqual([])
  })

  it('are none yet, or cannot be read', async () => {
    const { server, client } = show([])
    expect(await screen.findByText('No workers yet')).toBeInTheDocument()
    server.on(LIST, () => problem(403, 'forbidden', { detail: 'Only administrators may.' }))
    await client.resetQueries()
    expect(await screen.findByText('Only administrators may.')).toBeInTheDocument()
  })
})
