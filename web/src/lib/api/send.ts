import { Problem, unreachable } from '@/lib/api/problem'
import { panelName } from '@/lib/brand'
import { actingFor } from '@/lib/api/session'
import { traced } from '@/lib/api/trace'
import { learnTime } from '@/lib/clock'

/** For whom a request is meant; the server refuses it when another user is signed in by now. */
const FOR = 'x-skypanel-for'
/** The code of that refusal. */
export const OTHER_PERSON = 'other_user'
/** Asks who is signed in, or changes it: meant for no user yet. */
const FOR_NO_USER = /\/api\/(config|auth\/(me|login|mfa|passkey\/(start|finish)|register|token))$/

export const pathOf = (request: Request) => new URL(request.url).pathname

/** Says for whom the request is meant: the person for whom the page acts at this moment. */
export function addressed(request: Request): Request {
  const user = actingFor()
  if (user !== null && !FOR_NO_USER.test(pathOf(request))) request.headers.set(FOR, user)
  return request
}

/** A POST without a body to one of our own addresses. */
export const post = (path: string) =>
  addressed(traced(new Request(new URL(path, globalThis.location.origin), { method: 'POST' })))

/**
 * `fetch` that learns the server's time from each answer. With `answerMs` the answer is waited for that
 * long at most, so that nothing is sent long after it was asked for.
 */
export async function send(request: Request, answerMs?: number): Promise<Response> {
  const sentAt = Date.now()
  try {
    const response = await (answerMs === undefined
      ? fetch(request)
      : fetch(request, { signal: AbortSignal.timeout(answerMs) }))
    learnTime(response.headers.get('date'), sentAt, Date.now())
    return response
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') throw noAnswer()
    if (error instanceof TypeError) throw unreachable()
    throw error
  }
}

const noAnswer = () =>
  new Problem({
    status: 0,
    code: 'no_answer',
    title: 'No answer came',
    detail: `${panelName()} did not answer in time, so this page does not know whether it was done. Check before you repeat it.`,
  })

/** Whether the server refused because another user than the page's is signed in. */
export const isMeantForOther = ({ code }: { code: string }) => code === OTHER_PERSON
