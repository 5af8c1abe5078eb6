import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { At } from '@/components/date-time'
import { LoadMore } from '@/components/load-more'
import { RetryPanel } from '@/components/retry-panel'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import type { BillingVersion } from '@/lib/api/types'

/** The parts of a version, by the names that the server gives them. */
const PARTS = {
  billing_name: 'Billing contact',
  billing_email: 'Email of the contact',
  tax_id: 'Tax number',
  address_lines: 'Address',
  postcode: 'Postcode',
  city: 'City',
  country: 'Country',
  website: 'Website',
} as const

interface BillingHistoryProps {
  query: UseInfiniteQueryResult<InfiniteData<{ items: BillingVersion[] }>>
  detail: string
  /** Where the person who made a change is shown, if there is such a page. */
  person?: (by: NonNullable<BillingVersion['by']>) => ReactNode
}

/** What an organisation said of itself, each change with who made it and when. */
export function BillingHistory({ query, detail, person = (by) => by.name }: BillingHistoryProps) {
  const versions = query.data?.pages.flatMap((page) => page.items)
  return (
    <Card aria-labelledby="billing-history" className="overflow-hidden">
      <CardHeader id="billing-history" title="History of these details" detail={detail} />
      {query.isError && !versions ? (
        <RetryPanel error={query.error} onRetry={() => void query.refetch()} />
      ) : versions === undefined ? (
        <Skeleton className="m-5 h-24" />
      ) : versions.length === 0 ? (
        <p className="px-5 pb-5 text-muted">No address or billing details were saved yet.</p>
      ) : (
        <ol aria-label="Changes" className="border-t">
          {versions.map((version) => (
            <li key={version.id} className="grid grid-cols-1 gap-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
              <p className="text-[13px] wrap-anywhere text-muted">
                <span className="font-medium text-text">
                  <At at={version.changed_at} />
                </span>
                {version.by ? <> by {person(version.by)}</> : null}, {held(version)}
              </p>
              <Changed version={version} />
            </li>
          ))}
        </ol>
      )}
      <LoadMore query={query} />
    </Card>
  )
}

/** How long it held, and what was issued meanwhile. */
function held({ until, documents }: BillingVersion) {
  const issued = documents === 0 ? 'no document' : documents === 1 ? '1 document' : `${documents} documents`
  return until ? `held until its next change; ${issued} issued with it` : `holds now; ${issued} issued with it`
}

function Changed({ version }: { version: BillingVersion }) {
  const parts = Object.entries(PARTS) as [keyof typeof PARTS, string][]
  const changed = parts.filter(([part]) => version.changed.includes(part))
  if (changed.length === 0) return <p className="text-[13px] text-muted">Nothing differs from before.</p>
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 text-[13px]">
      {changed.map(([part, name]) => (
        <div key={part} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 whitespace-pre-line wrap-anywhere">
            {version[part] ?? <span className="text-muted">removed</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
