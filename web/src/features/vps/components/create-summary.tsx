import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { ProblemAlert } from '@/components/problem-alert'
import { Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { imagesQuery, planQuoteQuery, regionsQuery } from '@/features/vps/api/queries'
import { ApiCall } from '@/features/vps/components/api-call'
import { CreateQuote } from '@/features/vps/components/create-quote'
import { OrderAdvice } from '@/features/vps/components/order-advice'
import { QuotaNotice, useBeyond } from '@/features/vps/components/quota-notice'
import type { CreateForm } from '@/features/vps/schemas'
import type { Problem } from '@/lib/api/problem'
import { plansQuery } from '@/lib/api/queries'
import { placeOf } from '@/lib/country'
import { useOrg } from '@/lib/use-org'

interface CreateSummaryProps {
  problem: Problem | null
  pending: boolean
  /** What is known of an earlier order. */
  children?: ReactNode
}

/** What is chosen, what it costs, and the button. The figures are the server's quote. */
export function CreateSummary({ problem, pending, children }: CreateSummaryProps) {
  const repriced = problem?.code === 'price_changed'
  const { control } = useFormContext<CreateForm>()
  const { id: org } = useOrg()
  const [planId, regionId, imageId, label] = useWatch({ control, name: ['plan_id', 'region', 'image', 'label'] })
  const full = useBeyond(planId).length > 0
  const plan = useQuery(plansQuery(org)).data?.items.find((p) => p.id === planId)
  const region = useQuery(regionsQuery(org, planId)).data?.items.find((r) => r.id === regionId)
  const image = useQuery(imagesQuery(org, planId)).data?.items.find((i) => i.id === imageId)
  const rows: [string, string | undefined][] = [
    ['Plan', plan?.name],
    ['Image', image?.label],
    ['Region', region && Object.values(placeOf(region)).filter(Boolean).join(', ')],
    ['Name', label.trim()],
  ]
  return (
    <Card aria-labelledby="summary" className="lg:sticky lg:top-20">
      <h2 id="summary" className="border-b px-5 py-3 text-sm font-semibold">
        Summary
      </h2>
      <div className="grid gap-4 p-5">
        <dl className="grid gap-1.5">
          {rows.map(([name, value]) => (
            <div key={name} className="flex justify-between gap-4">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 truncate text-right font-medium" title={value}>
                {value ? value : <span className="font-normal text-muted">Not chosen</span>}
              </dd>
            </div>
          ))}
        </dl>
        {planId ? <CreateQuote planId={planId} region={regionId} /> : null}
        {planId ? <QuotaNotice planId={planId} /> : null}
        {repriced ? (
          <PriceChange problem={problem} />
        ) : (
          <ProblemAlert error={problem}>{problem ? <OrderAdvice problem={problem} /> : null}</ProblemAlert>
        )}
        {children}
        <OrderBar planId={planId} region={regionId}>
          <Button type="submit" variant="primary" size="lg" pending={pending} disabled={full} className="lg:w-full">
            {repriced ? 'Create server at the new price' : 'Create server'}
          </Button>
        </OrderBar>
        <ApiCall />
      </div>
    </Card>
  )
}

/** The button; on phones it stays at the bottom, beside what the server will cost. */
function OrderBar({ planId, region, children }: { planId: string; region: string; children: ReactNode }) {
  const { id: org } = useOrg()
  const price = useQuery(planQuoteQuery(org, planId, region)).data?.price
  return (
    <div className="grid max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-20 max-lg:grid-cols-[minmax(0,1fr)_auto] max-lg:items-center max-lg:gap-4 max-lg:border-t max-lg:bg-surface max-lg:px-4 max-lg:py-3 max-lg:shadow-lg sm:max-lg:px-6">
      <p className="num min-w-0 leading-tight lg:hidden">
        {price ? (
          <>
            <span className="font-semibold">
              <Money value={price.monthly} />
            </span>
            <span className="text-muted"> /mo</span>
            <span className="block text-[13px] text-muted">
              <Money value={price.hourly} digits="rate" /> /h
            </span>
          </>
        ) : (
          <span className="text-muted">No plan chosen</span>
        )}
      </p>
      {children}
    </div>
  )
}

/** Both prices, and that nothing happened yet: the button below asks again. */
function PriceChange({ problem }: { problem: Problem }) {
  const [seen, now] = [problem.money('price_seen'), problem.money('price_now')]
  return (
    <Alert tone="warning" title="The price has changed" live>
      {seen && now ? (
        <p className="num">
          You saw <Money value={seen} digits="exact" className="font-semibold" /> per hour; it is{' '}
          <Money value={now} digits="exact" className="font-semibold" /> now.
        </p>
      ) : (
        <p>{problem.message}</p>
      )}
      <p className="mt-1">Nothing was ordered. Create the server at the new price, or choose another plan or region.</p>
    </Alert>
  )
}
