import { ArrowDown, ArrowUp, Copy, Ellipsis, Eye, EyeOff, History, Pencil, Trash2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { useChangePlan, useOrderPlans } from '@/features/plans/api/mutations'
import type { AdminPlan } from '@/lib/api/types'
import { useUrl } from '@/lib/use-url'

interface PlanOfProps {
  plan: AdminPlan
  /** All plans, as customers see them in order. */
  plans: AdminPlan[]
}

type Step = -1 | 1

/** Moves a plan one place; null where it is at the end already. */
function useMove({ plan, plans }: PlanOfProps) {
  const order = useOrderPlans()
  const at = plans.findIndex((p) => p.id === plan.id)
  return (step: Step) => {
    const other = plans[at + step]
    if (at < 0 || !other) return null
    return () => {
      const next = [...plans]
      next[at] = other
      next[at + step] = plan
      order.mutate(next)
    }
  }
}

/** The keyboard stays on the button: the row moves with it. */
export function PlanMoves({ plan, plans }: PlanOfProps) {
  const move = useMove({ plan, plans })
  const button = (step: Step, label: string, icon: React.ReactNode) => {
    const go = move(step)
    return (
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label={`Move ${plan.name} ${label}`}
        aria-disabled={go === null}
        onClick={() => go?.()}
      >
        {icon}
      </Button>
    )
  }
  return (
    <span className="flex">
      {button(-1, 'up', <ArrowUp aria-hidden className="size-4" />)}
      {button(1, 'down', <ArrowDown aria-hidden className="size-4" />)}
    </span>
  )
}

export function PlanMenu({ plan, plans }: PlanOfProps) {
  const { set } = useUrl()
  const change = useChangePlan(plan.id, `${plan.name} was not changed`)
  const move = useMove({ plan, plans })
  const [up, down] = [move(-1), move(1)]
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${plan.name}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
    >
      <MenuItem onSelect={() => set({ edit: plan.id }, { push: true })}>
        <Pencil aria-hidden /> Edit…
      </MenuItem>
      <MenuItem onSelect={() => set({ dialog: 'create', of: plan.id }, { push: true })}>
        <Copy aria-hidden /> Clone…
      </MenuItem>
      <MenuItem onSelect={() => set({ prices: plan.id }, { push: true })}>
        <History aria-hidden /> Prices…
      </MenuItem>
      {plan.active ? (
        <MenuItem onSelect={() => set({ off: plan.id }, { push: true })}>
          <EyeOff aria-hidden /> Take off sale…
        </MenuItem>
      ) : (
        <MenuItem onSelect={() => change.mutate({ active: true })}>
          <Eye aria-hidden /> Put on sale
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem disabled={!up} onSelect={() => up?.()}>
        <ArrowUp aria-hidden /> Move up
      </MenuItem>
      <MenuItem disabled={!down} onSelect={() => down?.()}>
        <ArrowDown aria-hidden /> Move down
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger onSelect={() => set({ delete: plan.id }, { push: true })}>
        <Trash2 aria-hidden /> Delete…
      </MenuItem>
    </Menu>
  )
}
