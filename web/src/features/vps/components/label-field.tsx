import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { imagesQuery, regionsQuery } from '@/features/vps/api/queries'
import type { CreateForm } from '@/features/vps/schemas'
import { suggestName } from '@/features/vps/suggest-name'
import { vpsListQuery } from '@/lib/api/queries'
import { placeOf } from '@/lib/country'
import { useOrg } from '@/lib/use-org'

/** Enough names to find a free one among. */
const NAMES = 100

/** What was chosen, as a name that is free. */
function useSuggestion(): string {
  const { control } = useFormContext<CreateForm>()
  const [planId, regionId, imageId] = useWatch({ control, name: ['plan_id', 'region', 'image'] })
  const { id: org } = useOrg()
  const region = useQuery(regionsQuery(org, planId)).data?.items.find((r) => r.id === regionId)
  const image = useQuery(imagesQuery(org, planId)).data?.items.find((i) => i.id === imageId)
  const own = useQuery(vpsListQuery(org, { limit: NAMES })).data?.items
  if (!region || !image || !own) return ''
  return suggestName(
    image.vendor,
    placeOf(region).city,
    own.map((s) => s.label),
  )
}

/** Filled with a suggestion that follows the choices, until a person types another name. */
export function LabelField() {
  const { register, formState, control, getValues, setValue } = useFormContext<CreateForm>()
  const label = useWatch({ control, name: 'label' })
  const suggestion = useSuggestion()
  const suggested = useRef('')
  useEffect(() => {
    if (!suggestion || getValues('label') !== suggested.current) return
    suggested.current = suggestion
    setValue('label', suggestion, { shouldValidate: formState.isSubmitted })
  }, [suggestion, getValues, setValue, formState.isSubmitted])
  return (
    <Field
      label="Server name"
      className="max-w-md"
      error={formState.errors.label?.message}
      hint={label && label !== suggestion ? undefined : 'To recognise it by. You can change it now or later.'}
    >
      <Input placeholder="web-1" autoComplete="off" spellCheck={false} autoCapitalize="none" {...register('label')} />
    </Field>
  )
}
