import { useQuery } from '@tanstack/react-query'
import { useFormContext, useWatch } from 'react-hook-form'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { imagesQuery } from '@/features/vps/api/queries'
import { CHOICE_GRID, PlanChoices } from '@/features/vps/components/plan-choices'
import type { CreateForm } from '@/features/vps/schemas'
import { useDropMissing } from '@/features/vps/use-drop-missing'
import type { Image } from '@/lib/api/types'
import { useOrg } from '@/lib/use-org'

interface Family {
  vendor: string
  /** The newest first. */
  images: Image[]
}

/** Distributions by name, each with its versions, the newest first. */
export function byVendor(images: Image[]): Family[] {
  const vendors = new Map<string, Image[]>()
  for (const image of images) vendors.set(image.vendor, [...(vendors.get(image.vendor) ?? []), image])
  return [...vendors]
    .map(([vendor, list]) => ({
      vendor,
      images: list.sort((a, b) => b.label.localeCompare(a.label, 'en', { numeric: true })),
    }))
    .sort((a, b) => a.vendor.localeCompare(b.vendor, 'en'))
}

/** "24.04 LTS" of "Ubuntu 24.04 LTS": the family's name stands above it. */
export const versionOf = ({ label, vendor }: Image): string =>
  label.toLowerCase().startsWith(`${vendor.toLowerCase()} `) ? label.slice(vendor.length + 1) : label

export function ImageFields() {
  const { control, setValue, formState } = useFormContext<CreateForm>()
  const planId = useWatch({ control, name: 'plan_id' })
  const chosen = useWatch({ control, name: 'image' })
  const images = useQuery(imagesQuery(useOrg().id, planId))
  useDropMissing('image', images.data?.items)
  const choose = (id: string) => setValue('image', id, { shouldValidate: true, shouldDirty: true })
  return (
    <PlanChoices planId={planId} query={images}>
      {({ items }) => {
        const groups = byVendor(items)
        const active = groups.find((g) => g.images.some((i) => i.id === chosen))
        return (
          <div className="grid gap-4">
            <ChoiceGroup legend="Distribution" error={formState.errors.image?.message} className={CHOICE_GRID}>
              {groups.map((g) => (
                <Choice
                  key={g.vendor}
                  name="vendor"
                  value={g.vendor}
                  checked={g === active}
                  onChange={() => choose(g.images[0]?.id ?? '')}
                >
                  <span className="block font-medium wrap-anywhere">{g.vendor}</span>
                  <span className="num block text-[13px] wrap-anywhere text-muted">
                    {g.images.map(versionOf).join(' · ')}
                  </span>
                </Choice>
              ))}
            </ChoiceGroup>
            {active && active.images.length > 1 ? (
              <Field label={`Version of ${active.vendor}`} className="max-w-md">
                <Select value={chosen} onChange={(e) => choose(e.target.value)}>
                  {active.images.map((i, n) => (
                    <option key={i.id} value={i.id}>
                      {i.label}
                      {n === 0 ? ' (newest)' : ''}
                    </option>
                  ))}
                </Select>
              </Field>
            ) : null}
          </div>
        )
      }}
    </PlanChoices>
  )
}
