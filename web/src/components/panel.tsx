import type { UseQueryResult } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'

export function RetryPanel({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div className="grid justify-items-start gap-3 p-4">
      <ProblemAlert error={error} className="w-full" />
      <Button size="sm" onClick={onRetry}>
        <RotateCw aria-hidden className="size-4" /> Retry
      </Button>
    </div>
  )
}

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
