/** What is left of a runway that the server told at `toldAt` (ms); null when nothing is running. */
export function runwayLeft(runwayS: number | null | undefined, toldAt: number, now: number): number | null {
  if (runwayS == null) return null
  return Math.max(0, runwayS - Math.max(0, now - toldAt) / 1000)
}
