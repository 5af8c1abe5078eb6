import { useInfiniteQuery } from '@tanstack/react-query'
import { Activity as ActivityIcon } from 'lucide-react'
import { ActivityList } from '@/components/activity-list'
import { Empty } from '@/components/empty'
import { LoadMore } from '@/components/load-more'
import { Page } from '@/components/page'
import { RetryPanel } from '@/components/retry-panel'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { activityPages } from '@/features/activity/api/queries'
import { groupByDay } from '@/lib/time'
import { useOrg } from '@/lib/use-org'

export function ActivityPage() {
  return (
    <Page title="Activity" detail="What was done in your organisation, and by whom.">
      <Card className="overflow-hidden">
        <ActivityBody />
      </Card>
    </Page>
  )
}

function ActivityBody() {
  const query = useInfiniteQuery(activityPages(useOrg().id))
  if (query.isError && !query.data) return <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) {
    return (
      <div className="grid gap-4 p-5" aria-busy="true">
        {[0, 1, 2, 3, 4].map((n) => (
          <Skeleton key={n} className="h-9 w-full" />
        ))}
      </div>
    )
  }
  const items = query.data.pages.flatMap((p) => p.items)
  if (items.length === 0) {
    return (
      <Empty icon={<ActivityIcon />} title="No activity yet">
        Orders, changes and sign-ins will appear here.
      </Empty>
    )
  }
  return (
    <>
      {groupByDay(items, (a) => a.created_at).map((group) => (
        <section key={group.day} aria-label={group.day}>
          <h2 className="border-b bg-surface-2 px-4 py-1.5 text-xs font-medium text-muted sm:px-5">{group.day}</h2>
          <ActivityList items={group.items} />
        </section>
      ))}
      <LoadMore query={query} />
    </>
  )
}
