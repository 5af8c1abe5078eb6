import { useState } from 'react'

/**
 * What was shown when it was paused, until it continues; what arrives meanwhile is kept back. Another list (`key`)
 * is shown as it is when it arrives, and stays so.
 */
export function useFrozen<T>(live: T | undefined, paused: boolean, key: string): T | undefined {
  const [frozen, setFrozen] = useState<{ key: string; value: T } | null>(null)
  const held = paused && frozen?.key === key ? frozen : null
  if (!paused && frozen) setFrozen(null)
  if (paused && !held && live !== undefined) setFrozen({ key, value: live })
  return held ? held.value : live
}

interface Row {
  id: string
  state: string
  attempts: number
  cancel_requested: boolean
  progress?: { percent: number } | null
  taken_up_by?: string | null
}

const look = (r: Row) => [r.state, r.attempts, r.cancel_requested, r.progress?.percent, r.taken_up_by].join()

/** How many rows are new or look different. */
export function changesSince(shown: Row[], live: Row[]): number {
  const before = new Map(shown.map((r) => [r.id, look(r)]))
  return live.filter((r) => before.get(r.id) !== look(r)).length
}
