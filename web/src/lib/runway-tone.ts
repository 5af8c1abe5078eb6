const HOUR_S = 3600

/** Amber under 72 hours, red under 24. */
export function runwayTone(left: number | null): 'neutral' | 'warning' | 'danger' {
  if (left === null || left >= 72 * HOUR_S) return 'neutral'
  return left < 24 * HOUR_S ? 'danger' : 'warning'
}
