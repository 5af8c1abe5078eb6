import type { UseQueryResult } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { RetryPanel } from '@/components/retry-panel'
import { Table, type Column, type Sorting, type SortOrder } from '@/components/table'
import { Button } from '@/components/ui/button'
import { useUrl } from '@/lib/use-url'

interface DataTableProps<T> {
  label: string
  columns: Column<T>[]
  query: UseQueryResult<{ items: T[]; next?: string | null }>
  rowKey: (row: T) => string
  /** Where a click on the row leads; the row's first cell should hold the link for keyboards. */
  rowTo?: (row: T) => string
  empty: ReactNode
  skeletonRows?: number
  /** How the rows are ordered when the address says nothing; heads that can order are buttons then. */
  sorted?: { by: string; order: SortOrder }
}

/** The order that an address asks for, as the API takes it; nothing where it names no column. */
export function useSort<T extends string>(words: readonly T[]): { sort?: T; order?: SortOrder } {
  const { get } = useUrl()
  const sort = words.find((word) => word === get('sort'))
  const order = (['asc', 'desc'] as const).find((word) => word === get('order'))
  return { ...(sort && { sort }), ...(order && { order }) }
}

/** A table with its loading, empty and failed states, and pages by cursor in the address. */
export function DataTable<T>({
  label,
  columns,
  query,
  rowKey,
  rowTo,
  empty,
  skeletonRows = 8,
  sorted,
}: DataTableProps<T>) {
  const navigate = useNavigate()
  const sorting = useSorting(sorted)
  if (query.isError && !query.data) {
    return (
      <div className="rounded-lg border bg-surface">
        <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  const rows = query.data?.items
  if (rows?.length === 0) return <div className="rounded-lg border bg-surface">{empty}</div>

  const open = (event: MouseEvent, row: T) => {
    if (!rowTo || (event.target as Element).closest('a,button,input,label,[role="menuitem"]')) return
    if (globalThis.getSelection()?.toString()) return
    if (event.metaKey || event.ctrlKey) window.open(rowTo(row), '_blank', 'noopener')
    else void navigate(rowTo(row))
  }

  return (
    <div className="grid gap-3">
      <Table
        label={label}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        skeletonRows={skeletonRows}
        faded={query.isPlaceholderData}
        className="rounded-lg border bg-surface"
        {...(rowTo ? { onRowClick: open } : {})}
        {...(sorting ? { sorting } : {})}
      />
      <Pager next={query.data?.next ?? null} />
    </div>
  )
}

/** What the address says of the order; the default leaves the address clean. */
function useSorting(sorted: { by: string; order: SortOrder } | undefined): Sorting | undefined {
  const { get, set } = useUrl()
  if (!sorted) return undefined
  const order = get('order') === 'asc' ? 'asc' : get('order') === 'desc' ? 'desc' : sorted.order
  return {
    by: get('sort') || sorted.by,
    order,
    onSort: (by, next) =>
      set(by === sorted.by && next === sorted.order ? { sort: null, order: null } : { sort: by, order: next }),
  }
}

/** Forward by the server's cursor, back by the history that led here. */
function Pager({ next }: { next: string | null }) {
  const { get, set } = useUrl()
  const location = useLocation()
  const navigate = useNavigate()
  const paged = get('cursor') !== ''
  if (!paged && !next) return null
  const back = () => {
    if ((location.state as { paged?: boolean } | null)?.paged) void navigate(-1)
    else set({ cursor: null })
  }
  const forward = () => {
    const params = new URLSearchParams(location.search)
    params.set('cursor', next ?? '')
    void navigate({ search: params.toString() }, { state: { paged: true } })
  }
  return (
    <nav aria-label="Pages" className="flex justify-end gap-2">
      <Button size="sm" disabled={!paged} onClick={back}>
        <ChevronLeft aria-hidden className="size-4" /> Previous
      </Button>
      <Button size="sm" disabled={!next} onClick={forward}>
        Next <ChevronRight aria-hidden className="size-4" />
      </Button>
    </nav>
  )
}
