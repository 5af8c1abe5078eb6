/** Places of figures between two without: no line leads to them, so a chart shows them as points. */
export function lone(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from(values).flatMap((value, i, all) =>
    value != null && all[i - 1] == null && all[i + 1] == null ? [i] : [],
  )
}
