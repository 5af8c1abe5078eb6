import { QueryClientProvider, useQuery, type QueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { configQuery, meQuery } from '@/lib/api/queries'
import { onSignedOut } from '@/lib/api/session'
import { applyBrand } from '@/lib/brand'

export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  useEffect(
    () =>
      onSignedOut(() => {
        // Nothing of the last reader stays in memory; the guard leads to the sign-in page.
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' && queryKey[0] !== 'me' })
        client.setQueryData(meQuery.queryKey, null)
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

function Brand() {
  const { data } = useQuery(configQuery)
  useEffect(() => {
    if (data) applyBrand(data)
  }, [data])
  return null
}
