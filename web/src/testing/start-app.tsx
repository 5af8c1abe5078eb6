import { QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { Providers } from '@/app/providers'
import { createQueryClient } from '@/app/query-client'
import { routes } from '@/app/router'
import { config, member, vps, wallet } from '@/testing/fixtures'
import { stubApi } from '@/testing/stub-api'

/** The browser knows of a session. */
export const remember = () => localStorage.setItem('sp.session', member.user.id)

/** The whole app at an address; `over` changes or adds answers of the API. */
export function start(at: string, over: Record<string, object> = {}) {
  const server = stubApi({
    'GET /api/config': config,
    'GET /api/auth/me': member,
    'GET /api/wallet': wallet,
    'GET /api/vps': { items: [vps], next: null },
    'GET /api/activity': { items: [], next: null },
    'GET /api/wallet/statement': { items: [], next: null },
    ...over,
  })
  const client = createQueryClient()
  const router = createMemoryRouter(routes, { initialEntries: [at] })
  render(
    <QueryClientProvider client={client}>
      <Providers client={client}>
        <RouterProvider router={router} />
      </Providers>
    </QueryClientProvider>,
  )
  return { server, client, router, user: userEvent.setup() }
}
