import { ArrowDown, ArrowUp } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { Skeleton } from '@/components/ui/skeleton'
import { cn } from '@/lib/cn'
import { useGlide } from '@/lib/use-glide'

export type SortOrder = 'asc' | 'desc'

/** How the rows are ordered now, and how to order them otherwise. */
export interface Sorting {
  by: string
  order: SortOrder
  onSort: (by: string, order: SortOrder) => void
}

export interface Column<T> {
  id: string
  head: ReactNode
  cell: (row: T) => ReactNode
  align?: 'right'
  /** The list can be ordered by it: the API's word, and which way the first click orders. */
  sort?: { by: string; first: SortOrder }
  /** From which width on the column is worth its place. */
  from?: 'sm' | 'md' | 'lg' | 'xl'
  /** Width of the placeholder while loading, e.g. `w-24`. */
  skeleton?: string
  className?: string
}

const FROM = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
}
/** Two lines fit into a normal row, so that a second one does not make it higher. */
const HEIGHT = { normal: 'h-13', dense: 'h-9' }

interface TableProps<T> {
  label: string
  columns: Column<T>[]
  /** Undefined while they load. */
  rows: T[] | undefined
  rowKey: (row: T, index: number) => string
  onRowClick?: (event: MouseEvent, row: T) => void
  skeletonRows?: number
  density?: keyof typeof HEIGHT
  /** The heads are for screen readers alone. */
  headless?: boolean
  /** Old rows are shown while newer ones load. */
  faded?: boolean
  sorting?: Sorting
  className?: string
}

/** Rows under heads, with placeholders of the same height while they load. The frame around it is the caller's. */
export function Table<T>({
  label,
  columns,
  rows,
  rowKey,
  onRowClick,
  skeletonRows = 8,
  density = 'normal',
  headless = false,
  faded = false,
  sorting,
  className,
}: TableProps<T>) {
  const body = useGlide<HTMLTableSectionElement>(rows?.map(rowKey))
  const pad = 'px-2 first:pl-3 last:pr-3 sm:px-3 sm:first:pl-5 sm:last:pr-5'
  return (
    <div className={cn('relative min-w-0 overflow-x-auto', className)} aria-busy={!rows}>
      <table className="w-full border-collapse text-sm" aria-label={label}>
        <thead className={headless ? 'sr-only' : undefined}>
          <tr className="border-b text-left text-xs text-muted">
            {columns.map((c) => (
              <th
                key={c.id}
                scope="col"
                {...ariaSort(c, sorting)}
                className={cn(
                  'h-9 font-medium sm:whitespace-nowrap',
                  pad,
                  c.align === 'right' && 'text-right',
                  c.from && FROM[c.from],
                )}
              >
                {c.sort && sorting ? <SortHead column={c} sort={c.sort} sorting={sorting} /> : c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} className={cn(faded && 'opacity-60')}>
          {rows?.map((row, i) => (
            // The link in the row is the keyboard's way; the click on the row is only a larger target.
            <tr
              key={rowKey(row, i)}
              {...(onRowClick ? { onClick: (e: MouseEvent) => onRowClick(e, row) } : {})}
              className={cn(
                HEIGHT[density],
                'border-b transition-colors duration-100 last:border-b-0 hover:bg-surface-2',
                onRowClick && 'cursor-pointer',
              )}
            >
              {columns.map((c) => (
                <td
                  key={c.id}
                  className={cn(
                    'py-1.5',
                    pad,
                    c.align === 'right' && 'num text-right',
                    c.from && FROM[c.from],
                    c.className,
                  )}
                >
                  {c.cell(row)}
                </td>
              ))}
            </tr>
          )) ??
            Array.from({ length: skeletonRows }, (_, i) => (
              <tr key={i} className={cn(HEIGHT[density], 'border-b last:border-b-0')}>
                {columns.map((c) => (
                  <td key={c.id} className={cn(pad, c.from && FROM[c.from])}>
                    <Skeleton
                      className={cn('h-3.5 max-sm:max-w-14', c.skeleton ?? 'w-20', c.align === 'right' && 'ml-auto')}
                    />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}

const ARIA = { asc: 'ascending', desc: 'descending' } as const
const OTHER = { asc: 'desc', desc: 'asc' } as const

const ariaSort = <T,>({ sort }: Column<T>, sorting: Sorting | undefined) =>
  sort && sorting?.by === sort.by ? { 'aria-sort': ARIA[sorting.order] } : {}

interface SortHeadProps<T> {
  column: Column<T>
  sort: NonNullable<Column<T>['sort']>
  sorting: Sorting
}

/** A head that orders the list: once its own way, then the other. */
function SortHead<T>({ column, sort, sorting }: SortHeadProps<T>) {
  const on = sorting.by === sort.by
  const Arrow = sorting.order === 'asc' ? ArrowUp : ArrowDown
  return (
    <button
      type="button"
      onClick={() => sorting.onSort(sort.by, on ? OTHER[sorting.order] : sort.first)}
      className={cn(
        'group/sort inline-flex min-h-6 items-center gap-1 rounded-sm hover:text-text touch:min-h-11',
        column.align === 'right' && 'flex-row-reverse',
        on && 'text-text',
      )}
    >
      {column.head}
      <Arrow aria-hidden className={cn('size-3.5', on ? '' : 'opacity-0 group-hover/sort:opacity-50')} />
    </button>
  )
}
