import { waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { CameBack } from '@/app/shell/came-back'
import { useToasts } from '@/stores/toasts'
import { member } from '@/testing/fixtures'
import { renderPage } from '@/testing/render'
import { stubApi } from '@/testing/stub-api'

it.each([
  ['linked', 'Acme is linked', 0],
  ['verified', 'Confirmed', 1],
  ['identity_taken', 'It belongs to another account', 0],
])('says once what %s means, and renews where that is needed', async (word, title, renewals) => {
  useToasts.setState({ items: [] })
  const server = stubApi({ 'POST /api/auth/refresh': member })
  const { router } = renderPage(<CameBack />, {
    panel: { sign_in_with: 'Acme' },
    path: '/account/security',
    at: `/account/security?a=b&oidc=${word}`,
  })
  await waitFor(() => expect(useToasts.getState().items.map((toast) => toast.title)).toEqual([title]))
  expect(router.state.location.search).toBe('?a=b')
  expect(server.of('POST /api/auth/refresh')).toHaveLength(renewals)
})
