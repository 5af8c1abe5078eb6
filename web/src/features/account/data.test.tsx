import { screen, waitFor, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { DataPage } from '@/features/account/pages/data-page'
import type { PersonExport } from '@/lib/api/types'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { json, problem, stubApi } from '@/testing/stub-api'

const copy: PersonExport = {
  id: 'export_1',
  job_id: 'job_1',
  state: 'ready',
  created_at: '2026-11-30T10:00:00Z',
  expires_at: '2026-12-01T10:00:00Z',
  bytes: 12_345,
}
const open = (at = '/account/data') => renderPage(<DataPage />, { path: '/account/data', at })

it('asks for a copy, and says that a mail follows', async () => {
  const server = stubApi({
    'GET /api/auth/export': { export: null },
    'POST /api/auth/export': () => json({ ...copy, state: 'preparing', expires_at: null, bytes: null }, 202),
  })
  const { user } = open()
  expect(await screen.findByText('You have not asked for one yet.')).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Ask for a copy' }))
  expect(await screen.findByText('Being prepared')).toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Ask for a new copy' })).toBeDisabled()
  expect(server.of('POST /api/auth/export')).toHaveLength(1)
})

it('downloads a copy that is ready', async () => {
  const server = stubApi({
    'GET /api/auth/export': { export: copy },
    'GET /api/auth/export/{id}/download': { tables: {} },
  })
  const made = vi.fn(() => 'blob:copy')
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: vi.fn() }))
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue()
  const { user } = open()
  expect(await screen.findByText(/12 kB/)).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Download' }))
  await waitFor(() => expect(click).toHaveBeenCalled())
  expect(server.of('GET /api/auth/export/{id}/download')[0]?.path).toBe('/api/auth/export/export_1/download')
  expect(made).toHaveBeenCalled()
})

it('offers no download of one that has expired', async () => {
  stubApi({ 'GET /api/auth/export': { export: { ...copy, state: 'expired' } } })
  open()
  expect(await screen.findByText(/kept for 24 hours/)).toBeInTheDocument()
  expect(screen.queryByRole('button', { name: 'Download' })).toBeNull()
})

it('erases only who typed their own address', async () => {
  const server = stubApi({
    'GET /api/auth/export': { export: null },
    'POST /api/auth/erase': () => json({ job_id: 'job_1', closed: [] }, 202),
  })
  const { user } = open()
  await user.click(await screen.findByRole('button', { name: 'Delete account' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Your email address'), 'other@example.com')
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  expect(await dialog.findByText('Write your address exactly as it is shown.')).toBeInTheDocument()
  expect(server.of('POST /api/auth/erase')).toHaveLength(0)
  await user.clear(dialog.getByLabelText('Your email address'))
  await user.type(dialog.getByLabelText('Your email address'), member.user.email.toUpperCase())
  await user.click(dialog.getByRole('checkbox'))
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  await waitFor(() => expect(server.of('POST /api/auth/erase')).toHaveLength(1))
  expect(server.of('POST /api/auth/erase')[0]?.body).toEqual({
    email: member.user.email.toUpperCase(),
    leave_balance: true,
  })
  expect(await screen.findByText('elsewhere')).toBeInTheDocument()
})

it('says why an account can’t be erased', async () => {
  const words = 'An organisation keeps at least one owner.'
  stubApi({
    'GET /api/auth/export': { export: null },
    'POST /api/auth/erase': () => problem(409, 'last_owner', { detail: words }),
  })
  const { user } = open('/account/data?dialog=erase')
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Your email address'), member.user.email)
  await user.click(dialog.getByRole('button', { name: 'Delete account' }))
  expect(await dialog.findByText(words)).toBeInTheDocument()
})
