import { Link } from 'react-router'
import { Ago } from '@/components/date-time'
import { Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { useChangePlan } from '@/features/plans/api/mutations'
import type { AdminPlan } from '@/lib/api/types'

const costChanged = (plan: AdminPlan) => plan.cost_monthly.amount !== plan.known_cost_monthly.amount

/** Whether the provider changed something that an administrator has not seen to yet. */
export const needsCheck = (plan: AdminPlan) => Boolean(plan.size_gone_at) || costChanged(plan)

/** What providers changed about plans: prices, and sizes that they no longer sell. */
export function PlanNotices({ plans }: { plans: AdminPlan[] }) {
  const changed = plans.filter(needsCheck)
  if (changed.length === 0) return null
  return (
    <Alert tone="warning" title="A provider changed what your plans are made of">
      <ul className="grid gap-1.5">
        {changed.map((plan) => (
          <li key={plan.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span>{plan.size_gone_at ? <Gone plan={plan} at={plan.size_gone_at} /> : <Cost plan={plan} />}</span>
            {plan.size_gone_at ? null : <Keep plan={plan} />}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

const Name = ({ plan }: { plan: AdminPlan }) => (
  <Link to={`/admin/plans?edit=${plan.id}`} className="font-medium underline underline-offset-2">
    {plan.name}
  </Link>
)

const Gone = ({ plan, at }: { plan: AdminPlan; at: string }) => (
  <>
    <Name plan={plan} /> cannot be ordered: its size {plan.type_id} is no longer sold, since <Ago at={at} />. Servers on
    it keep running. Delete the plan, or create another under its name.
  </>
)

const Cost = ({ plan }: { plan: AdminPlan }) => (
  <>
    <Name plan={plan} /> costs you <Money value={plan.cost_monthly} digits="exact" className="font-semibold" /> a month,
    no longer <Money value={plan.known_cost_monthly} digits="exact" />. Customers pay{' '}
    <Money value={plan.price.monthly} digits="exact" /> from now on.
  </>
)

/** Nothing is changed but that the cost is known. */
function Keep({ plan }: { plan: AdminPlan }) {
  const change = useChangePlan(plan.id, `${plan.name} was not changed`)
  return (
    <Button size="sm" pending={change.isPending} onClick={() => change.mutate({})}>
      Keep this price
    </Button>
  )
}
