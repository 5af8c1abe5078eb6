import { QueryClientProvider, useQuery, type QueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { configQuery, dropPersonal, meQuery } from '@/lib/api/queries'
import { onRenewed } from '@/lib/api/renew'
import { onSession, type SessionChange } from '@/lib/api/session'
import { applyBrand } from '@/lib/brand'
import { clearDrafts } from '@/lib/drafts'
import { forgetOrg } from '@/lib/last-org'

export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  useEffect(() => onSession((change) => follow(client, change)), [client])
  useEffect(
    () =>
      onRenewed((me) => {
        if (me?.user) client.setQueryData(meQuery.queryKey, me)
        else void client.invalidateQueries({ queryKey: meQuery.queryKey })
      }),
    [client],
  )
  return (
    <QueryClientProvider client={client}>
      <Brand />
      {children}
    </QueryClientProvider>
  )
}

/** What a change of the session, here or in another tab, does to what this tab remembers. */
function follow(client: QueryClient, change: SessionChange): void {
  switch (change) {
    case 'signed-out':
    case 'ended':
      if (change === 'signed-out') leaveNothing()
      dropPersonal(client)
      // The guard leads to the sign-in page.
      client.setQueryData(meQuery.queryKey, null)
      return
    case 'changed':
      leaveNothing()
      dropPersonal(client)
      return
    case 'other-person':
      // Nothing of the former person stays in sight while it is asked who is signed in.
      dropPersonal(client)
      void client.resetQueries({ queryKey: meQuery.queryKey })
      return
    case 'signed-in':
      void client.invalidateQueries({ queryKey: meQuery.queryKey })
  }
}

/** What this tab kept for the person beyond its pages. */
function leaveNothing(): void {
  clearDrafts()
  forgetOrg()
}

function Brand() {
  const { data } = useQuery(configQuery)
  useEffect(() => {
    if (data) applyBrand(data)
  }, [data])
  return null
}
