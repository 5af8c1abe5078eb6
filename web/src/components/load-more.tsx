import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'

type More = Pick<
  UseInfiniteQueryResult,
  'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'isFetchNextPageError'
>

/** The end of a long list, and the way to more of it. */
export function LoadMore({ query }: { query: More }) {
  if (!query.hasNextPage) return null
  return (
    <div className="flex items-center justify-center gap-3 border-t p-3">
      {query.isFetchNextPageError ? <span className="text-[13px] text-danger">More could not be loaded.</span> : null}
      <Button size="sm" pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show older
      </Button>
    </div>
  )
}
