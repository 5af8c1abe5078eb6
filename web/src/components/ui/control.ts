import { createContext, useContext } from 'react'

interface Ids {
  control: string
  describedBy: string | undefined
  invalid: boolean
}

/** What a field gives to the control in it: its id, what describes it, whether it was refused. */
export const FieldContext = createContext<Ids | null>(null)

/** The attributes by which a control belongs to the field around it; none without one. */
export function useControlProps() {
  const ids = useContext(FieldContext)
  return ids ? { id: ids.control, 'aria-describedby': ids.describedBy, 'aria-invalid': ids.invalid || undefined } : {}
}

/** The look that all controls share. */
export const CONTROL =
  'w-full min-w-0 rounded-md border border-line bg-surface px-3 text-base text-text sm:text-sm placeholder:text-muted ' +
  'transition-colors focus-visible:border-accent focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger-dot'
