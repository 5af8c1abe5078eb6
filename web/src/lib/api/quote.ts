import { newId } from '@/lib/new-id'

interface Quoted {
  lines: unknown
}
interface PriceQuoted {
  hourly_after: unknown
}
type AnyQuote = Quoted | PriceQuoted

const isQuote = (answer: object): answer is AnyQuote => 'lines' in answer || 'hourly_after' in answer

/** What was done, by an operation that answers with a quote instead when it is asked with `dry_run`. */
export function done<T extends object>(answer: T): Exclude<T, AnyQuote> {
  if (isQuote(answer)) throw new TypeError('a quote, where nothing was asked for but the change')
  return answer as Exclude<T, AnyQuote>
}

/** What it would mean, by the same operation when it is asked with `dry_run`. */
export function would<T extends object>(answer: T): Extract<T, AnyQuote> {
  if (!isQuote(answer)) throw new TypeError('no quote, where nothing else was asked for')
  return answer as Extract<T, AnyQuote>
}

/** The query of a question. */
export const DRY_RUN = { dry_run: true } as const

/** The same where the change has a key: the document demands one, and a question uses none up. */
export const asking = () => ({ query: DRY_RUN, header: { 'Idempotency-Key': newId() } })
