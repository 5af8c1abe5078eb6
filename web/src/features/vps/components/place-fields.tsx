import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Flag } from '@/components/flag'
import { QueryPanel } from '@/components/panel'
import { Skeleton } from '@/components/ui/badge'
import { Choice, ChoiceGroup } from '@/components/ui/choice'
import { Field, Select } from '@/components/ui/field'
import { imagesQuery, regionsQuery } from '@/features/vps/api/queries'
import type { CreateForm } from '@/features/vps/schemas'
import type { Image } from '@/lib/api/types'
import { byContinent } from '@/lib/country'

const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(11rem,100%),1fr))] gap-2'
const first = 'Choose a plan first: what is on offer depends on it.'

const Loading = () => (
  <div className={GRID}>
    {[0, 1, 2, 3, 4, 5].map((n) => (
      <Skeleton key={n} className="h-12 rounded-md" />
    ))}
  </div>
)

/** Distributions in the catalog's order, each with its versions. */
export function byVendor(images: Image[]): { vendor: string; images: Image[] }[] {
  const vendors = new Map<string, Image[]>()
  for (const image of images) vendors.set(image.vendor, [...(vendors.get(image.vendor) ?? []), image])
  return [...vendors].map(([vendor, list]) => ({
    vendor,
    images: list.sort((a, b) => b.label.localeCompare(a.label, 'en', { numeric: true })),
  }))
}

export function ImageFields() {
  const { control, setValue, formState } = useFormContext<CreateForm>()
  const planId = useWatch({ control, name: 'plan_id' })
  const chosen = useWatch({ control, name: 'image' })
  const images = useQuery(imagesQuery(planId))
  useDropMissing('image', images.data?.items)
  if (!planId) return <p className="text-muted">{first}</p>
  const choose = (id: string) => setValue('image', id, { shouldValidate: true, shouldDirty: true })
  return (
    <QueryPanel query={images} loading={<Loading />}>
      {({ items }) => {
        const groups = byVendor(items)
        const active = groups.find((g) => g.images.some((i) => i.id === chosen))
        return (
          <div className="grid gap-4">
            <ChoiceGroup legend="Distribution" error={formState.errors.image?.message} className={GRID}>
              {groups.map((g) => (
                <Choice
                  key={g.vendor}
                  name="vendor"
                  value={g.vendor}
                  checked={g === active}
                  onChange={() => choose(g.images[0]?.id ?? '')}
                >
                  <span className="block truncate font-medium">{g.vendor}</span>
                  <span className="block truncate text-[13px] text-muted">
                    {g.images.length === 1 ? g.images[0]?.label : `${g.images.length} versions`}
                  </span>
                </Choice>
              ))}
            </ChoiceGroup>
            {active && active.images.length > 1 ? (
              <Field label="Version" className="max-w-md">
                <Select value={chosen} onChange={(e) => choose(e.target.value)}>
                  {active.images.map((i) => (
                    <option key={i.id} value={i.id}>
                      {i.label}
                    </option>
                  ))}
                </Select>
              </Field>
            ) : null}
          </div>
        )
      }}
    </QueryPanel>
  )
}

export function RegionFields() {
  const { control, register, formState } = useFormContext<CreateForm>()
  const planId = useWatch({ control, name: 'plan_id' })
  const regions = useQuery(regionsQuery(planId))
  useDropMissing(
    'region',
    regions.data?.items.filter((r) => r.available),
  )
  if (!planId) return <p className="text-muted">{first}</p>
  return (
    <QueryPanel query={regions} loading={<Loading />}>
      {({ items }) => (
        <ChoiceGroup legend="Region" error={formState.errors.region?.message} className="grid gap-4">
          {byContinent(items).map(({ continent, items: here }) => (
            <div key={continent}>
              <h3 className="mb-1.5 text-xs font-medium text-muted">{continent}</h3>
              <div className={GRID}>
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
                    {r.available ? null : <span className="mt-0.5 block text-xs">Full for this plan</span>}
                  </Choice>
                ))}
              </div>
            </div>
          ))}
        </ChoiceGroup>
      )}
    </QueryPanel>
  )
}

/** Another plan may not offer what was chosen; an old draft may name what is gone. */
function useDropMissing(field: 'image' | 'region', offered: { id: string }[] | undefined) {
  const { getValues, setValue } = useFormContext<CreateForm>()
  useEffect(() => {
    const chosen = getValues(field)
    if (offered && chosen && !offered.some((o) => o.id === chosen)) setValue(field, '')
  }, [offered, field, getValues, setValue])
}
