import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { QueryPanel } from '@/components/query-panel'
import { Skeleton } from '@/components/ui/skeleton'

/** As many choices in a row as there is room for. */
export const CHOICE_GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(11rem,100%),1fr))] gap-2'

interface PlanChoicesProps<T> {
  planId: string
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
}

/** Choices that depend on the plan: a hint until one is chosen, placeholders until they have loaded. */
export function PlanChoices<T>({ planId, query, children }: PlanChoicesProps<T>) {
  if (!planId) return <p className="text-muted">Choose a plan first: what is available depends on it.</p>
  const loading = (
    <div className={CHOICE_GRID}>
      {[0, 1, 2, 3, 4, 5].map((n) => (
        <Skeleton key={n} className="h-12 rounded-md" />
      ))}
    </div>
  )
  return (
    <QueryPanel query={query} loading={loading}>
      {children}
    </QueryPanel>
  )
}
