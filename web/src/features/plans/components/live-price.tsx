import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { ProblemAlert } from '@/components/problem-alert'
import { planPreviewQuery } from '@/features/plans/api/queries'
import { LongMonth } from '@/features/plans/components/month-rule'
import { ruleBody, ruleOf, type RuleForm } from '@/features/plans/schemas'
import { parseAmount } from '@/lib/amount'
import type { TriedPlan } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { useDebounced } from '@/lib/use-debounced'

interface LivePriceProps {
  cloudId: string
  typeId: string
  /** As it is typed. */
  markup: string
  /** What is chosen of the month. */
  rule: RuleForm
  currency: string
}

/** What the plan would cost and earn with what is typed, as the server says; nothing is saved. */
export function LivePrice({ cloudId, typeId, markup, rule, currency }: LivePriceProps) {
  const typed = parseAmount(markup)
  const amount = useDebounced(typed)
  const query = useQuery({
    ...planPreviewQuery({
      cloud_id: cloudId,
      type_id: typeId,
      markup_monthly: { amount: amount ?? '0.000000', currency },
      ...ruleBody(rule),
    }),
    enabled: cloudId !== '' && typeId !== '' && amount !== null,
    placeholderData: keepPreviousData,
  })
  if (!typeId) return <Frame>Choose a type to see its price.</Frame>
  if (typed === null) return <Frame>Type a markup to see the price and what you earn.</Frame>
  if (query.isError) return <ProblemAlert error={query.error} />
  if (!query.data) return <Frame>Calculating…</Frame>
  return (
    <Frame>
      <div className={cn('grid gap-2', (query.isPlaceholderData || typed !== amount) && 'opacity-60')}>
        <PlanFigures plan={query.data} rule={rule} />
        <LongMonth price={query.data.price.monthly} rule={rule} />
        <DearRegions regions={query.data.regions} />
        {query.data.at_cost ? (
          <p className="text-[13px] font-medium text-warning">
            You earn nothing on it: customers pay what it costs you, and payment fees come on top.
          </p>
        ) : null}
      </div>
    </Frame>
  )
}

/** Its height is the figures', so that nothing below it moves. */
const Frame = ({ children }: { children: ReactNode }) => (
  <div role="status" className="min-h-40 rounded-md bg-surface-2 px-4 py-3 text-[13px] text-muted">
    {children}
  </div>
)

interface Figures extends Pick<TriedPlan, 'price' | 'cost_monthly' | 'margin_percent'> {
  margin_monthly?: TriedPlan['margin_monthly']
  markup_monthly?: TriedPlan['margin_monthly']
}

/** Price, cost and margin, each as the server says. */
export function PlanFigures({ plan, rule }: { plan: Figures; rule?: RuleForm }) {
  const margin = plan.margin_monthly ?? plan.markup_monthly
  const answered = ruleOf(plan.price)
  return (
    <div className="text-text">
      <Facts
        items={[
          [
            'Customers pay',
            <span key="p">
              <Money value={plan.price.monthly} className="font-semibold" /> per month ·{' '}
              {/* The server knows the price of an hour by the rule that it answered. */}
              {rule && rule.hours !== answered.hours ? (
                `1/${rule.hours} of it per hour`
              ) : (
                <>
                  <Money value={plan.price.hourly} digits="rate" /> per hour
                </>
              )}
              {rule?.unit === 'second' ? ', by the second' : null}
            </span>,
          ],
          [
            'It costs you',
            <span key="c">
              <Money value={plan.cost_monthly} /> per month
            </span>,
          ],
          [
            'You earn',
            <span key="m" className="num">
              {margin ? (
                <>
                  <Money value={margin} /> per month ·{' '}
                </>
              ) : null}
              {plan.margin_percent} %
            </span>,
          ],
        ]}
      />
    </div>
  )
}

const SHOWN = 3

/** Regions with a price of their own: the markup is the same, so the margin is not. */
function DearRegions({ regions }: { regions: TriedPlan['regions'] }) {
  if (regions.length === 0) return null
  const more = regions.length - SHOWN
  return (
    <p>
      Elsewhere:{' '}
      {regions.slice(0, SHOWN).map((r, i) => (
        <span key={r.id}>
          {i > 0 ? ', ' : ''}
          {r.label} <Money value={r.price.monthly} /> ({r.margin_percent} %)
        </span>
      ))}
      {more > 0 ? ` and ${String(more)} more` : ''}.
    </p>
  )
}
