import type { UseQueryResult } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { RetryPanel } from '@/components/panel'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/badge'
import { cn } from '@/lib/cn'
import { useUrl } from '@/lib/use-url'

export interface Column<T> {
  id: string
  head: ReactNode
  cell: (row: T) => ReactNode
  align?: 'right'
  /** From which width on the column is worth its place. */
  from?: 'sm' | 'md' | 'lg' | 'xl'
  /** Of the stand-in while loading, e.g. `w-24`. */
  skeleton?: string
  className?: string
}

const FROM = { sm: 'hidden sm:table-cell', md: 'hidden md:table-cell', lg: 'hidden lg:table-cell', xl: 'hidden xl:table-cell' }

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
      <div className="overflow-x-auto rounded-lg border bg-surface" aria-busy={!rows}>
        <table className="w-full border-collapse text-sm" aria-label={label}>
          <thead>
            <tr className="border-b text-left text-xs text-muted">
              {columns.map((c) => (
                <th key={c.id} scope="col" className={cn('h-9 px-3 font-medium whitespace-nowrap first:pl-4 last:pr-4', c.align === 'right' && 'text-right', c.from && FROM[c.from])}>
                  {c.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className={cn(query.isPlaceholderData && 'opacity-60')}>
            {rows?.map((row) => (
              // The link in the row is the keyboard's way; the click on the row is only a larger target.
              <tr
                key={rowKey(row)}
                onClick={(e) => open(e, row)}
                className={cn('h-12 border-b transition-colors duration-100 last:border-b-0 hover:bg-surface-2', rowTo && 'cursor-pointer')}
              >
                {columns.map((c) => (
                  <td key={c.id} className={cn('px-3 py-1.5 first:pl-4 last:pr-4', c.align === 'right' && 'num text-right', c.from && FROM[c.from], c.className)}>
                    {c.cell(row)}
                  </td>
                ))}
              </tr>
            )) ??
              Array.from({ length: skeletonRows }, (_, i) => (
                <tr key={i} className="h-12 border-b last:border-b-0">
                  {columns.map((c) => (
                    <td key={c.id} className={cn('px-3 first:pl-4 last:pr-4', c.from && FROM[c.from])}>
                      <Skeleton className={cn('h-3.5', c.skeleton ?? 'w-20', c.align === 'right' && 'ml-auto')} />
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <Pager next={query.data?.next ?? null} />
    </div>
  )
}

/** Forward by the server's cursor, back by the history that led here. */
export function Pager({ next }: { next: string | null }) {
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
