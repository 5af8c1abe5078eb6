import { useQuery } from '@tanstack/react-query'
import { useFormContext, useWatch } from 'react-hook-form'
import { Flag } from '@/components/flag'
import { Money } from '@/components/money'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { regionsQuery } from '@/features/vps/api/queries'
import { CHOICE_GRID, PlanChoices } from '@/features/vps/components/plan-choices'
import type { CreateForm } from '@/features/vps/schemas'
import { useDropMissing } from '@/features/vps/use-drop-missing'
import { plansQuery } from '@/lib/api/queries'
import type { Plan, PlanRegion } from '@/lib/api/types'
import { byContinent, placeOf } from '@/lib/country'
import { useOrg } from '@/lib/use-org'

/** Regions by continent; one that is full for the plan stays in sight and says so, as does one with its own price. */
export function RegionFields() {
  const { control, register, formState } = useFormContext<CreateForm>()
  const planId = useWatch({ control, name: 'plan_id' })
  const { id: org } = useOrg()
  const regions = useQuery(regionsQuery(org, planId))
  const plan = useQuery(plansQuery(org)).data?.items.find((p) => p.id === planId)
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
                    <RegionChoice region={r} plan={plan} />
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

function RegionChoice({ region, plan }: { region: PlanRegion; plan: Plan | undefined }) {
  const { city, country } = placeOf(region)
  const dearer = plan && region.price.monthly.amount !== plan.price.monthly.amount
  return (
    <span className="flex items-start gap-2.5">
      <span className="mt-1 flex">
        <Flag country={region.country} />
      </span>
      <span className="min-w-0">
        <span className="block wrap-anywhere">{city}</span>
        <span className="block text-xs text-muted">
          {region.available ? country : 'Full for this plan'}
          {region.available && dearer ? (
            <span className="num block">
              <Money value={region.price.monthly} /> /mo here
            </span>
          ) : null}
        </span>
      </span>
    </span>
  )
}
