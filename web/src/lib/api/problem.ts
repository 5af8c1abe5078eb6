import type { Money } from '@/lib/api/types'
import { panelName } from '@/lib/brand'
import { serverNow } from '@/lib/clock'
import { isOnline } from '@/lib/online'

/** One field that the server refused; `pointer` is a JSON pointer such as `/label`. */
interface FieldProblem {
  pointer: string
  detail: string
}

interface Shape {
  title?: string
  status?: number
  code?: string
  detail?: string
  errors?: FieldProblem[]
  request_id?: string
}

/** The way to the panel broke, or something on it gave up waiting. */
const ANSWER_LOST = new Set(['unreachable', 'no_answer', 'timeout'])

/** An error of the API (RFC 9457), or of the way to it (`status` 0). */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly fields: FieldProblem[]
  readonly requestId: string | null
  /** Seconds to wait before another try, counted from `at`. */
  readonly retryAfterS: number | null
  /** When the answer came, in milliseconds by the server's clock. */
  readonly at = serverNow()
  readonly #extra: Record<string, unknown>

  constructor(shape: Shape, retryAfterS: number | null = null) {
    super(shape.detail ?? shape.title ?? 'Something went wrong on our side.')
    this.name = 'Problem'
    this.status = shape.status ?? 0
    this.code = shape.code ?? 'unknown'
    this.title = shape.title ?? 'Request failed'
    this.fields = shape.errors ?? []
    this.requestId = shape.request_id ?? null
    this.retryAfterS = retryAfterS
    this.#extra = { ...shape }
  }

  /** An amount carried beside the problem, e.g. `needed` of `insufficient_funds`. */
  money(name: string): Money | null {
    const value = this.#extra[name]
    return isMoney(value) ? value : null
  }

  /** True when the request may have been done all the same: its answer did not arrive. */
  get answerLost(): boolean {
    return ANSWER_LOST.has(this.code) || this.status === 502 || this.status === 504
  }

  /** True when trying again later may help without a change of the input. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value
}

/** The request did not get through: the browser is offline, or the panel is away. */
export const unreachable = () =>
  new Problem({
    status: 0,
    code: 'unreachable',
    ...(isOnline()
      ? {
          title: `${panelName()} isn’t responding`,
          detail:
            'Your servers are not affected, and nothing you typed is lost. Check your connection, then try again.',
        }
      : {
          title: 'You are offline',
          detail: 'Nothing was sent, and nothing you typed is lost. Connect, then try again.',
        }),
  })

/** Any thrown value as a Problem, in words for a person. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({
    status: 0,
    code: 'unexpected',
    title: 'This page failed',
    detail: 'Something went wrong on this page. Reload it; your servers are not affected.',
  })
}

/** Builds a Problem from an answer and its already read body. */
export function problemFrom(response: Response, body: unknown): Problem {
  const shape = typeof body === 'object' && body !== null ? (body as Shape) : {}
  return new Problem(
    {
      title: response.status >= 500 ? 'Something went wrong on our side' : 'Request refused',
      detail:
        response.status >= 500
          ? `${panelName()} could not answer. Your servers are not affected. Wait a moment, then try again.`
          : 'This request was refused.',
      ...shape,
      status: response.status,
      request_id: shape.request_id ?? response.headers.get('x-request-id') ?? undefined,
    },
    retryAfterOf(response),
  )
}

/** Seconds to wait; the header may say seconds or a moment (RFC 9110). */
function retryAfterOf(response: Response): number | null {
  const said = response.headers.get('retry-after')
  if (said === null) return null
  const seconds = /^\d+$/.test(said.trim()) ? Number(said) : Math.ceil((Date.parse(said) - serverNow()) / 1000)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null
}

/** What to do next where the code alone says it; the API's own words come before it. */
const ADVICE: Record<string, string> = {
  too_many_open_jobs:
    'The Activity page shows what is in progress. As soon as some of it finishes, you can start more.',
  idempotency_key_reused:
    'What you sent first was done after all, and nothing more. Check what is there before you send anything again.',
  overloaded: 'Running servers are not affected, and what you typed stays on this page.',
}

export const adviceOf = (problem: Problem): string | null => ADVICE[problem.code] ?? null

/** Refused for now rather than wrong: worth a calm colour, and another try. */
export const isForNow = (problem: Problem): boolean => problem.code in ADVICE
