import { QueryClientProvider, useQuery, type QueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { configQuery, dropPersonal, meQuery } from '@/lib/api/queries'
import { onSession, type SessionChange } from '@/lib/api/session'
import { applyBrand } from '@/lib/brand'
import { clearDrafts } from '@/lib/drafts'

export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  useEffect(() => onSession((change) => follow(client, change)), [client])
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
      if (change === 'signed-out') clearDrafts()
      dropPersonal(client)
      // The guard leads to the sign-in page.
      client.setQueryData(meQuery.queryKey, null)
      return
    case 'changed':
      clearDrafts()
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

function Brand() {
  const { data } = useQuery(configQuery)
  useEffect(() => {
    if (data) applyBrand(data)
  }, [data])
  return null
}
