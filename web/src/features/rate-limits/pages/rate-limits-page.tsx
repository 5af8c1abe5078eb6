import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { limitsQuery, overridesQuery } from '@/features/rate-limits/api/queries'
import { KeysTable } from '@/features/rate-limits/components/keys-table'
import { LiftDialog } from '@/features/rate-limits/components/lift-dialog'
import { OverrideDialog } from '@/features/rate-limits/components/override-dialog'
import { OverridesTable } from '@/features/rate-limits/components/overrides-table'
import { RequestsChart } from '@/features/rate-limits/components/requests-chart'
import { TiersTable } from '@/features/rate-limits/components/tiers-table'
import type { LimitFigures } from '@/lib/api/types'
import { useUrlDialogOf } from '@/lib/use-url'

export function RateLimitsPage() {
  const figures = useQuery(limitsQuery)
  const overrides = useQuery(overridesQuery)
  const { dialog, of, show, close } = useUrlDialogOf()
  const standing = overrides.data?.items.find((o) => o.user.id === of)
  const user = standing?.user ?? figures.data?.keys.find((k) => k.user?.id === of)?.user ?? null
  return (
    <Page
      title="Rate limits"
      wide
      detail="How many requests each kind of sender may send, who met a limit, and users with a limit of their own."
      actions={
        <Button variant="primary" onClick={() => show('set', '')}>
          <Plus aria-hidden className="size-4" /> Set a user’s limit
        </Button>
      }
    >
      <Card>
        <QueryPanel query={figures} loading={<Skeleton className="m-4 h-56 rounded-md" />}>
          {(data) => (
            <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
              <CountedBy figures={data} />
              <RequestsChart figures={data} />
            </div>
          )}
        </QueryPanel>
      </Card>
      <Section title="Limits">
        <TiersTable query={figures} />
      </Section>
      <Section
        title="Senders of the last hour"
        detail="Those who were refused most, then those who sent most. Kept for a week."
      >
        <KeysTable query={figures} overrides={overrides.data?.items} />
      </Section>
      <Section title="Users with a limit of their own">
        <OverridesTable query={overrides} />
      </Section>
      {dialog === 'set' && (of === '' || figures.data) ? (
        <OverrideDialog key={of} user={user} standing={standing} onClose={close} />
      ) : null}
      {dialog === 'lift' && standing ? <LiftDialog key={of} standing={standing} onClose={close} /> : null}
    </Page>
  )
}

function Section({ title, detail, children }: { title: string; detail?: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <header>
        <h2 className="text-base font-semibold">{title}</h2>
        {detail ? <p className="text-[13px] text-muted">{detail}</p> : null}
      </header>
      {children}
    </section>
  )
}

/** Whether all processes count together. */
function CountedBy({ figures }: { figures: LimitFigures }) {
  if (figures.counted_by !== 'local')
    return <p className="text-[13px] text-muted">All processes count together, in Redis.</p>
  return (
    <Alert tone="warning" title="Each process counts by itself">
      Redis does not answer. Requests are still limited, by each process alone; attempts to sign in by half. Redis is
      tried again each second.
    </Alert>
  )
}
