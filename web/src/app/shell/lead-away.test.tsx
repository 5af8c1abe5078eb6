import { screen } from '@testing-library/react'
import { Outlet } from 'react-router'
import { expect, it } from 'vitest'
import { LeadAway } from '@/app/shell/lead-away'
import { orgQuery } from '@/features/org/api/queries'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

const frame = (
  <>
    <LeadAway />
    <p>here</p>
    <Outlet />
  </>
)
const refusing = (at: string, path: string, code = 'mfa_required') => {
  stubApi({ 'GET /api/orgs/{org}': () => problem(403, code, { detail: 'Not from here.' }) })
  return renderPage(frame, { path, at })
}

it('leads to where a factor is added, and says which organisation asks for one', async () => {
  const { client, router } = refusing('/o/org_1/dashboard', '/o/:org/dashboard')
  await client.fetchQuery(orgQuery('org_1')).catch(() => null)
  expect(await screen.findByText('elsewhere')).toBeInTheDocument()
  expect(router.state.location).toMatchObject({ pathname: '/account/security', state: { mfaRequired: 'org_1' } })
})

it('leads from a closed organisation to the page that says so', async () => {
  const { client, router } = refusing('/o/org_1/servers', '/o/:org/servers', 'address_not_allowed')
  await client.fetchQuery(orgQuery('org_1')).catch(() => null)
  expect(await screen.findByText('elsewhere')).toBeInTheDocument()
  expect(router.state.location).toMatchObject({ pathname: '/o/org_1/closed', state: { refused: 'Not from here.' } })
})

it.each([
  ['/o/org_2/dashboard', '/o/:org/dashboard'],
  ['/o/org_1/closed', '/o/:org/closed'],
  ['/account/profile', '/account/profile'],
])('leaves alone who is on a page of something else: %s', async (at, path) => {
  const { client, router } = refusing(at, path)
  await client.fetchQuery(orgQuery('org_1')).catch(() => null)
  expect(router.state.location.pathname).toBe(at)
  expect(screen.getByText('here')).toBeInTheDocument()
})
