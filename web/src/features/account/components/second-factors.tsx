import { useQuery } from '@tanstack/react-query'
import { AppCard } from '@/features/account/components/app-card'
import { CodesCard } from '@/features/account/components/codes-card'
import { PasskeysCard } from '@/features/account/components/passkeys-card'
import { At } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { Alert } from '@/components/ui/alert'
import { Skeleton } from '@/components/ui/skeleton'
import { factorsQuery } from '@/lib/api/queries'
import type { Factors } from '@/lib/api/types'

/** What a person has beside their password, and how to add to it. */
export function SecondFactors() {
  const factors = useQuery(factorsQuery)
  return (
    <QueryPanel query={factors} loading={<Skeleton className="h-96" />}>
      {(data) => (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <PendingReset factors={data} />
          <PasskeysCard factors={data} />
          <AppCard factors={data} />
          <CodesCard factors={data} />
        </div>
      )}
    </QueryPanel>
  )
}

function PendingReset({ factors }: { factors: Factors }) {
  const { reset } = factors
  if (!reset) return null
  return (
    <Alert tone="warning" title="Your second factors are about to be reset">
      An administrator asked for it on <At at={reset.requested_at} />. It is done on <At at={reset.due_at} /> unless you
      sign in with a second factor before.
    </Alert>
  )
}
