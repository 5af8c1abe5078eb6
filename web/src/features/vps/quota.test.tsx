import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { CreateVpsPage } from '@/features/vps/pages/create-vps-page'
import { beyond } from '@/features/vps/quota'
import { images, plan, quota, quote, regions } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

const ROUTES = {
  'GET /api/plans': { items: [plan] },
  'GET /api/plans/{id}/regions': { items: regions },
  'GET /api/plans/{id}/images': { items: images },
  'GET /api/plans/{id}/quote': quote,
  'GET /api/vps': { items: [], next: null },
  'GET /api/ssh-keys': { items: [] },
}
const open = () => renderPage(<CreateVpsPage />, { path: '/servers/new' })

it('names each quota beyond which an order would be, and none that it just fills', () => {
  expect(beyond({ ...quota, servers_used: 4, vcpus_used: 99 }, plan)).toEqual([])
  expect(beyond({ ...quota, servers_used: 5, vcpus_used: 100 }, plan).map(({ what }) => what)).toEqual([
    'Servers',
    'vCPUs',
  ])
  expect(beyond({ ...quota, servers_used: 5, vcpus_used: 100 }, undefined).map(({ what }) => what)).toEqual(['Servers'])
})

it('says every quota that the chosen plan would exceed before it is ordered', async () => {
  const server = stubApi({ ...ROUTES, 'GET /api/quota': { ...quota, memory_mib_limit: 5120, storage_gib_limit: 120 } })
  const { user } = open()
  expect(await screen.findByText('2 of 5 servers used')).toBeInTheDocument()
  expect(screen.queryByText('More than you may have')).toBeNull()
  await user.click(await screen.findByRole('radio', { name: /Small/ }))
  expect(await screen.findByText('More than you may have')).toBeInTheDocument()
  expect(screen.getByText('Memory: 6 GiB, and you may have 5 GiB')).toBeInTheDocument()
  expect(screen.getByText('Storage: 150 GiB, and you may have 120 GiB')).toBeInTheDocument()
  expect(screen.queryByText(/^vCPUs:|^Servers:/)).toBeNull()
  expect(screen.getByRole('button', { name: 'Create server' })).toBeDisabled()
  expect(server.of('POST /api/vps')).toHaveLength(0)
})
