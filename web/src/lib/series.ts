/** Places of figures between two without: no line leads to them, so a chart shows them as points. */
export function lone(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from(values).flatMap((value, i, all) =>
    value != null && all[i - 1] == null && all[i + 1] == null ? [i] : [],
  )
}

/** A step that is longer than the usual one by this factor hides a moment without figures. */
const HOLE = 1.5

/**
 * Where moments are missing between others, the places at which a moment without figures belongs: a line ends
 * before a hole and begins after it. `step` is the shortest time between two moments.
 */
export function holes(times: readonly number[]): { before: number; at: number }[] {
  const steps = times.slice(1).map((t, i) => t - (times[i] ?? t))
  const step = Math.min(...steps.filter((s) => s > 0))
  return steps.flatMap((s, i) => (s > step * HOLE ? [{ before: i + 1, at: (times[i] ?? 0) + step }] : []))
}

/** The values, with null in each hole. */
export function withHoles<T>(values: readonly T[], places: { before: number }[], filler: (i: number) => T): T[] {
  const next = [...values]
  places.forEach(({ before }, i) => next.splice(before + i, 0, filler(i)))
  return next
}

const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

/** The next round figure above: an axis that ends there keeps its labels while its figures wander. */
export function roundUp(max: number): number {
  if (!(max > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(max))
  return (NICE.find((n) => n * power >= max * 1.05) ?? 15) * power
}
