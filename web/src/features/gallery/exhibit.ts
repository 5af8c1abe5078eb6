import type { ComponentType } from 'react'

interface State {
  /** What is seen: "Refused", "Long name". */
  name: string
  Show: ComponentType
  /** Takes the whole row. */
  wide?: boolean
}

/** One family of shared components in all of its states. */
export interface Exhibit {
  title: string
  states: State[]
}

/** A name without a place to break it. */
export const LONG = `production-database-replica-${'w'.repeat(48)}.eu-central.internal`
