/**
 * The server's time, as this browser can know it. Its own clock may be minutes off, and ages and
 * countdowns compare it with moments that the server told.
 */

/** The Date header names whole seconds (RFC 9110, 5.6.7). */
const RESOLUTION_MS = 1000

/** What the difference must lie between, in milliseconds to add to this browser's clock. */
let bounds: { low: number; high: number } | null = null

/**
 * Takes the time from an answer. The header's moment lies between sending and receiving, so each answer
 * bounds the difference; together they bound it closely. An answer that contradicts the former ones
 * means that this browser's clock was set: it alone counts from then on.
 */
export function learnTime(date: string | null, sentAt: number, receivedAt: number): void {
  const at = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(at) || receivedAt < sentAt) return
  const fresh = { low: at - receivedAt, high: at + RESOLUTION_MS - sentAt }
  const both = bounds && { low: Math.max(bounds.low, fresh.low), high: Math.min(bounds.high, fresh.high) }
  bounds = both && both.low <= both.high ? both : fresh
}

/** Milliseconds to add to this browser's clock; 0 while that may be right. */
function offset(): number {
  if (!bounds || (bounds.low <= 0 && bounds.high >= 0)) return 0
  return Math.round((bounds.low + bounds.high) / 2)
}

/** Now by the server's clock, in milliseconds since 1970. */
export const serverNow = () => Date.now() + offset()

/** A moment of this browser's clock, such as when a query was answered, by the server's clock. */
export const toServerTime = (browserMs: number) => browserMs + offset()

/** Forgets what was learned; for tests. */
export function forgetTime(): void {
  bounds = null
}
