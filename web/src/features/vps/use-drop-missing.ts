import { useEffect } from 'react'
import { useFormContext } from 'react-hook-form'
import type { CreateForm } from '@/features/vps/schemas'

/** Another plan may not offer what was chosen; an old draft may name what no longer exists. */
export function useDropMissing(field: 'image' | 'region', offered: { id: string }[] | undefined) {
  const { getValues, setValue } = useFormContext<CreateForm>()
  useEffect(() => {
    const chosen = getValues(field)
    if (offered && chosen && !offered.some((o) => o.id === chosen)) setValue(field, '')
  }, [offered, field, getValues, setValue])
}
