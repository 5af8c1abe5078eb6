import { CircleCheck } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog-actions'
import { PlanFigures } from '@/features/plans/components/live-price'
import { LongMonth } from '@/features/plans/components/month-rule'
import { ruleOf } from '@/features/plans/schemas'
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
        <LongMonth price={plan.price.monthly} rule={ruleOf(plan.price)} />
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
