const HOUR = 3600

/** What is left of a runway that the server told at `toldAt` (ms); null when nothing is running. */
export function runwayLeft(runwayS: number | null | undefined, toldAt: number, now: number): number | null {
  if (runwayS == null) return null
  return Math.max(0, runwayS - Math.max(0, now - toldAt) / 1000)
}

/** Amber under 72 hours, red under 24. */
export function runwayTone(left: number | null): 'neutral' | 'warning' | 'danger' {
  if (left === null || left >= 72 * HOUR) return 'neutral'
  return left < 24 * HOUR ? 'danger' : 'warning'
}
