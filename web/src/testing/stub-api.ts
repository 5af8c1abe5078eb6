import { vi } from 'vitest'

export interface Seen {
  method: string
  path: string
  query: URLSearchParams
  headers: Headers
  body: unknown
}

type Answer = Response | object
type Handler = (request: Seen) => Answer | Promise<Answer>

export interface StubApi {
  /** Every request so far, in order. */
  seen: Seen[]
  /** The requests of one operation, e.g. `of('POST /api/vps')`. */
  of: (operation: string) => Seen[]
  /** Changes or adds a route. */
  on: (operation: string, handler: Handler | object) => void
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

export const problem = (status: number, code: string, extra: Record<string, unknown> = {}) =>
  json(
    {
      type: `urn:skypanel:problem:${code}`,
      title: 'Refused',
      status,
      code,
      detail: `Refused: ${code}.`,
      errors: [],
      request_id: 'req_test',
      ...extra,
    },
    status,
  )

/** A request that gets no answer. */
export const silence = (): never => {
  throw new TypeError('fetch failed')
}

/** A `fetch` that answers from a table; a request that is not in it answers 501 and fails loudly. */
export function stubApi(routes: Record<string, Handler | object>): StubApi {
  const table = new Map(Object.entries(routes))
  const seen: Seen[] = []
  const find = (method: string, path: string) => {
    for (const [operation, handler] of table) {
      const [m, pattern = ''] = operation.split(' ')
      if (m === method && new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)) return handler
    }
    return null
  }
  vi.stubGlobal('fetch', async (input: Request) => {
    const url = new URL(input.url)
    const text = await input.clone().text()
    const request: Seen = {
      method: input.method,
      path: url.pathname,
      query: url.searchParams,
      headers: input.headers,
      body: text ? (JSON.parse(text) as unknown) : null,
    }
    seen.push(request)
    const handler = find(input.method, url.pathname)
    if (!handler) return json({ title: 'Not stubbed', detail: `${input.method} ${url.pathname} is not stubbed` }, 501)
    const answer = typeof handler === 'function' ? await (handler as Handler)(request) : handler
    return answer instanceof Response ? answer.clone() : json(answer)
  })
  return {
    seen,
    of: (operation) => {
      const [method, pattern = ''] = operation.split(' ')
      const path = new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`)
      return seen.filter((s) => s.method === method && path.test(s.path))
    },
    on: (operation, handler) => table.set(operation, handler),
  }
}
