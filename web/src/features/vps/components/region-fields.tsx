import { useQuery } from '@tanstack/react-query'
import { useFormContext, useWatch } from 'react-hook-form'
import { Flag } from '@/components/flag'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { regionsQuery } from '@/features/vps/api/queries'
import { CHOICE_GRID, PlanChoices } from '@/features/vps/components/plan-choices'
import type { CreateForm } from '@/features/vps/schemas'
import { useDropMissing } from '@/features/vps/use-drop-missing'
import { plansQuery } from '@/lib/api/queries'
import { byContinent } from '@/lib/country'
import { formatMoney } from '@/lib/money'

/** Regions by continent; one that is full for the plan stays in sight and says so, as does one with its own price. */
export function RegionFields() {
  const { control, register, formState } = useFormContext<CreateForm>()
  const planId = useWatch({ control, name: 'plan_id' })
  const regions = useQuery(regionsQuery(planId))
  const plan = useQuery(plansQuery).data?.items.find((p) => p.id === planId)
  useDropMissing(
    'region',
    regions.data?.items.filter((r) => r.available),
  )
  return (
    <PlanChoices planId={planId} query={regions}>
      {({ items }) => (
        <ChoiceGroup legend="Region" error={formState.errors.region?.message} className="grid gap-4">
          {byContinent(items).map(({ continent, items: here }) => (
            <div key={continent}>
              <h3 className="mb-1.5 text-xs font-medium text-muted">{continent}</h3>
              <div className={CHOICE_GRID}>
                {here.map((r) => (
                  <Choice
                    key={r.id}
                    value={r.id}
                    disabled={!r.available}
                    className="px-3 py-2.5"
                    {...register('region')}
                  >
                    <span className="flex items-center gap-2.5">
                      <Flag country={r.country} />
                      <span className="min-w-0 truncate" title={r.label}>
                        {r.label}
                      </span>
                    </span>
                    {!r.available ? (
                      <span className="mt-0.5 block text-xs">Full for this plan</span>
                    ) : plan && r.price.monthly.amount !== plan.price.monthly.amount ? (
                      <span className="num mt-0.5 block text-xs text-muted">
                        {formatMoney(r.price.monthly)} /mo here
                      </span>
                    ) : null}
                  </Choice>
                ))}
              </div>
            </div>
          ))}
        </ChoiceGroup>
      )}
    </PlanChoices>
  )
}
