import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { createQueryClient } from '@/app/query-client'
import { configQuery, meQuery } from '@/lib/api/queries'
import type { Config, Me, Membership } from '@/lib/api/types'
import { MeContext } from '@/lib/use-me'
import { OrgContext } from '@/lib/use-org'
import { config, member } from '@/testing/fixtures'

interface Rendered {
  user: UserEvent
  client: QueryClient
  router: ReturnType<typeof createMemoryRouter>
}

interface Options {
  /** The address that the page is at within its organisation, e.g. `/servers/:id`; outside of one with `org: null`. */
  path?: string
  /** The address to open; `path` when it has no parameters. */
  at?: string
  me?: Me
  /** Whose page it is; the first of the person. */
  org?: Membership | null
  /** The panel's settings, where they differ from the usual. */
  panel?: Partial<Config>
}

/** One page for a signed-in person; every other address shows its own path, to see where it led. */
export function renderPage(
  element: ReactNode,
  { path = '/', at = path, me = member, org = me.organisations[0] ?? null, panel = {} }: Options = {},
): Rendered {
  const client = createQueryClient()
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } })
  client.setQueryData(configQuery.queryKey, { ...config, ...panel })
  client.setQueryData(meQuery.queryKey, me)
  const router = createMemoryRouter(
    [
      { path, element },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { initialEntries: [at] },
  )
  render(
    <QueryClientProvider client={client}>
      <MeContext value={me}>
        <OrgContext value={org}>
          <RouterProvider router={router} />
        </OrgContext>
      </MeContext>
    </QueryClientProvider>,
  )
  return { user: userEvent.setup(), client, router }
}
