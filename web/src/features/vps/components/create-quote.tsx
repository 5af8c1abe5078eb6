import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { AskForCredit } from '@/components/add-credit'
import { Debt, Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { planQuoteQuery } from '@/features/vps/api/queries'
import { FundsAdvice } from '@/features/vps/components/funds-advice'
import type { PlanQuote } from '@/lib/api/types'
import { secondsOf } from '@/lib/charged-by'
import { isPositive } from '@/lib/money'
import { formatSpan } from '@/lib/time'
import { useOrg } from '@/lib/use-org'

/** What the order costs and what is left after it, as the server says. */
export function CreateQuote({ planId, region }: { planId: string; region: string }) {
  const { data, isError, refetch } = useQuery(planQuoteQuery(useOrg().id, planId, region))
  if (isError && !data) {
    return (
      <Alert
        tone="warning"
        title="The price could not be loaded"
        action={
          <Button size="sm" onClick={() => void refetch()}>
            Retry
          </Button>
        }
      >
        Nothing is charged until you place the order.
      </Alert>
    )
  }
  if (!data) return <Skeleton className="h-40 w-full rounded-md" />
  const seconds = secondsOf(data.price)
  return (
    <div className="grid gap-3 border-t pt-4" aria-live="polite">
      <div>
        <p className="num text-2xl font-semibold tracking-tight">
          <Money value={data.price.monthly} />
          <span className="text-sm font-normal text-muted"> per month</span>
        </p>
        <p className="num text-[13px] text-muted">
          <Money value={data.price.hourly} digits="rate" /> per hour; a month is {data.price.hours_per_month} hours
        </p>
        {seconds ? <p className="num text-[13px] text-muted">Charged {seconds}</p> : null}
        {data.tax ? <TaxOf tax={data.tax} /> : null}
      </div>
      <dl className="grid gap-1.5">
        <Row name={seconds ? 'Held until it runs (an hour)' : 'Held now (first hour)'}>
          <Money value={data.held_now} digits="rate" />
        </Row>
        <Row name="Balance after">
          <Money value={data.balance_after} />
        </Row>
        <Row name="Balance then lasts">{data.runway_after_s == null ? '—' : formatSpan(data.runway_after_s)}</Row>
      </dl>
      <Shortage quote={data} />
    </div>
  )
}

const percent = (basisPoints: number) => `${String(basisPoints / 100)} %`

/** What the wallet pays, where tax is added; else that the price has it already. */
const TaxOf = ({ tax }: { tax: NonNullable<PlanQuote['tax']> }) => (
  <p className="num text-[13px] text-muted">
    {tax.added ? (
      <>
        With {percent(tax.basis_points)} tax <Money value={tax.monthly_total} /> per month,{' '}
        <Money value={tax.hourly_total} digits="rate" /> per hour
      </>
    ) : (
      <>{percent(tax.basis_points)} tax is contained</>
    )}
  </p>
)

const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex justify-between gap-4">
    <dt className="text-muted">{name}</dt>
    <dd className="num font-medium">{children}</dd>
  </div>
)

function Shortage({ quote }: { quote: PlanQuote }) {
  if (isPositive(quote.owed)) {
    return (
      <Alert tone="warning" title="Your wallet is in debt">
        <p>
          Your balance is <Debt owed={quote.owed} className="font-semibold" />. You can create new servers once it is
          paid.
        </p>
        <p className="mt-1">
          <AskForCredit />.
        </p>
      </Alert>
    )
  }
  if (quote.affordable) return null
  return (
    <Alert tone="warning" title="Not enough in your wallet">
      <p>
        Needed now: <Money value={quote.needed} digits="rate" /> · Available:{' '}
        <Money value={quote.available} digits="rate" />
      </p>
      <FundsAdvice />
    </Alert>
  )
}
