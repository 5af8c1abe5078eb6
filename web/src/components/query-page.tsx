import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Page } from '@/components/page'
import { RetryPanel } from '@/components/retry-panel'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

interface QueryPageProps<T> {
  query: UseQueryResult<T>
  /** Until it is known what the thing is called. */
  title: string
  back: { to: string; label: string }
  children: (data: T) => ReactNode
}

/** The page of one thing: its outline while it loads, the reason when it does not come. */
export function QueryPage<T>({ query, title, back, children }: QueryPageProps<T>) {
  if (query.data !== undefined) return children(query.data)
  return (
    <Page title={title} back={back} heading={query.isError ? undefined : <Skeleton className="h-8 w-56" />}>
      {query.isError ? (
        <Card>
          <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      ) : (
        <div aria-busy="true" className="grid gap-5">
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-64 w-full rounded-lg" />
        </div>
      )}
    </Page>
  )
}
