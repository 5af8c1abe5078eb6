import { useQuery } from '@tanstack/react-query'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { NotFromHere } from '@/app/shell/not-from-here'
import { orgQuery } from '@/features/org/api/queries'
import { membership } from '@/testing/memberships'
import { renderPage } from '@/testing/render'
import { problem, stubApi } from '@/testing/stub-api'

function Name() {
  const { data } = useQuery(orgQuery('org_1'))
  return <p>{data ? data.name : 'Nothing yet'}</p>
}

it('says once that an organisation is closed to this address, and opens once it is not', async () => {
  const words = 'Your address, 198.51.100.1, is not in one of them.'
  const server = stubApi({
    'GET /api/orgs/{org}': () => problem(403, 'address_not_allowed', { detail: words }),
  })
  const { user } = renderPage(
    <NotFromHere org={membership()}>
      <Name />
    </NotFromHere>,
  )
  expect(await screen.findByText(words)).toBeVisible()
  expect(screen.queryByText('Nothing yet')).toBeNull()
  server.on('GET /api/orgs/{org}', { id: 'org_1', name: 'Open again' })
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Open again')).toBeVisible()
})
