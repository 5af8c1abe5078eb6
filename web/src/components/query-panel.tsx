import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { RetryPanel } from '@/components/retry-panel'

interface QueryPanelProps<T> {
  query: UseQueryResult<T>
  loading: ReactNode
  children: (data: T) => ReactNode
}

/** A part of a page that loads alone and fails alone. Old data stay while newer ones fail to come. */
export function QueryPanel<T>({ query, loading, children }: QueryPanelProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div aria-busy="true">
      <span className="sr-only" role="status">
        Loading
      </span>
      {loading}
    </div>
  )
}
