const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

const hex = (bytes: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, '0')).join('')

/** A W3C trace context of our own: a new trace, sampled. All zeros would mean none, and chance never gives them. */
const newTraceparent = () => `00-${hex(16)}-${hex(8)}-01`

/**
 * Gives a request that changes something a trace of its own, so that a click can be followed through
 * the request, its job and the job's provider calls. A repeat after a renewed session keeps it.
 */
export function traced(request: Request): Request {
  if (!READS.has(request.method) && !request.headers.has('traceparent'))
    request.headers.set('traceparent', newTraceparent())
  return request
}
