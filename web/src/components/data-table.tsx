import type { UseQueryResult } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { RetryPanel } from '@/components/retry-panel'
import { Table, type Column } from '@/components/table'
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
}

/** A table with its loading, empty and failed states, and pages by cursor in the address. */
export function DataTable<T>({ label, columns, query, rowKey, rowTo, empty, skeletonRows = 8 }: DataTableProps<T>) {
  const navigate = useNavigate()
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
      />
      <Pager next={query.data?.next ?? null} />
    </div>
  )
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
