import createClient from 'openapi-fetch'
import { problemFrom } from '@/lib/api/problem'
import type { paths } from '@/lib/api/schema'
import { announceSignedOut } from '@/lib/api/session'
import { traced } from '@/lib/api/trace'

/** Answers of these mean what they say; a 401 there is not an expired session. */
const NO_REFRESH = /\/api\/auth\/(login|register|refresh|logout|token)$/
const base = () => globalThis.location.origin

let refreshing: Promise<boolean> | null = null

/** Renews the session, once for all requests that found it expired. */
function refresh(): Promise<boolean> {
  refreshing ??= fetch(traced(new Request(new URL('/api/auth/refresh', base()), { method: 'POST' })))
    .then((r) => r.ok)
    .finally(() => {
      refreshing = null
    })
  return refreshing
}

/** `fetch` that renews an expired session once and repeats the request; then it signs out. */
export async function sessionFetch(request: Request): Promise<Response> {
  const again = request.clone()
  const first = await fetch(request)
  if (first.status !== 401 || NO_REFRESH.test(new URL(request.url).pathname)) return first
  if (await refresh()) {
    const second = await fetch(again)
    if (second.status !== 401) return second
  }
  announceSignedOut()
  return first
}

export const api = createClient<paths>({ baseUrl: base(), fetch: (request) => sessionFetch(traced(request)) })

interface Result<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a successful answer; anything else is thrown as a Problem. */
export async function ok<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw problemFrom(response, error)
  return data as T
}
