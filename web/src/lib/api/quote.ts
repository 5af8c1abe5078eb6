interface Quoted {
  lines: unknown
}

/** What was done, by an operation that answers with a quote instead when it is asked with `dry_run`. */
export function done<T extends object>(answer: T): Exclude<T, Quoted> {
  if ('lines' in answer) throw new TypeError('a quote, where nothing was asked for but the change')
  return answer as Exclude<T, Quoted>
}
