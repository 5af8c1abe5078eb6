import { CircleCheck } from 'lucide-react'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog-actions'
import type { AdminPlan } from '@/lib/api/types'
import { useUrl } from '@/lib/use-url'

/** What the server made of cost and markup. */
export function PlanResult({ plan, onDone }: { plan: AdminPlan; onDone: () => void }) {
  const { set } = useUrl()
  return (
    <div>
      <div className="grid gap-4" role="status">
        <p className="flex items-center gap-2 font-medium text-success">
          <CircleCheck aria-hidden className="size-5" /> {plan.name} is {plan.active ? 'on sale' : 'created'}
        </p>
        <PlanFigures plan={plan} />
      </div>
      <DialogActions>
        <Button onClick={() => set({ dialog: null, edit: plan.id })}>Change</Button>
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

export function PlanFigures({ plan }: { plan: AdminPlan }) {
  return (
    <Facts
      items={[
        [
          'Price',
          <span key="p">
            <Money value={plan.price.monthly} /> per month · <Money value={plan.price.hourly} digits="rate" /> per hour
          </span>,
        ],
        [
          'Your cost',
          <span key="c">
            <Money value={plan.cost_monthly} /> per month
          </span>,
        ],
        [
          'Margin',
          <span key="m" className="num">
            {plan.margin_percent} %
          </span>,
        ],
      ]}
    />
  )
}
