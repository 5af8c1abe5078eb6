import createClient, { type Client } from 'openapi-fetch'
import { Problem, problemFrom } from '@/lib/api/problem'
import { renew, renewals, renewalsBefore } from '@/lib/api/renew'
import type { paths } from '@/lib/api/schema'
import { addressed, isMeantForOther, pathOf, send } from '@/lib/api/send'
import { actingFor, announceEnded, announceOtherPerson } from '@/lib/api/session'
import { canStepUp, STEP_UP_REQUIRED, stepUp } from '@/lib/api/step-up'
import { traced } from '@/lib/api/trace'
import { isOnline } from '@/lib/online'
import { currentPage } from '@/lib/page-life'

/** Answers of these mean what they say; a 401 there is not an expired session. */
const NO_REFRESH = /\/api\/auth\/(login|mfa|passkey\/(start|finish)|register|refresh|logout|token)$/
const READS = new Set(['GET', 'HEAD'])
/** For how long the answer to a change is waited for; the server itself takes less. */
const WRITE_ANSWER_MS = 45_000
/** A repeat after another tab's renewal, and one after a renewal of our own. */
const MAX_REPEATS = 2

/**
 * `fetch` that renews an expired session and repeats the request; it signs out when the session ended.
 * A change is sent now or not at all: not while offline, and not again once its page was left. One that asks for a
 * fresh proof of who is signed in waits for that, and is then sent again under the same key.
 */
export async function sessionFetch(request: Request): Promise<Response> {
  const answer = await signedInFetch(request)
  if (!(await says(answer, STEP_UP_REQUIRED)) || !canStepUp()) return answer
  const page = currentPage()
  if (!(await stepUp())) throw notConfirmed()
  if (currentPage() !== page) throw left()
  return signedInFetch(request)
}

async function signedInFetch(request: Request): Promise<Response> {
  const write = !READS.has(request.method)
  if (write && !isOnline()) throw offline()
  const page = currentPage()
  const user = actingFor()
  const answerMs = write ? WRITE_ANSWER_MS : undefined
  addressed(request)
  let seen = renewalsBefore(pathOf(request))
  let answer = await send(request.clone(), answerMs)
  for (let n = 0; answer.status === 401 && n < MAX_REPEATS && !NO_REFRESH.test(pathOf(request)); n += 1) {
    if ((await renew(seen, n > 0)) === 'ended') {
      announceEnded(user)
      return answer
    }
    if (write && currentPage() !== page) throw left()
    seen = renewals()
    answer = await send(request.clone(), answerMs)
  }
  if (await refusesPerson(answer)) announceOtherPerson()
  return answer
}

async function refusesPerson(answer: Response): Promise<boolean> {
  return answer.status !== 401 && isMeantForOther({ code: (await codeOf(answer)) ?? '' })
}

const says = async (answer: Response, code: string) => answer.status === 403 && (await codeOf(answer)) === code

/** The code of a refusal. */
async function codeOf(answer: Response): Promise<string | null> {
  if (answer.ok || answer.status >= 500) return null
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null)
  return problemFrom(answer, body).code
}

const offline = () =>
  new Problem({
    status: 0,
    code: 'offline',
    title: 'You are offline',
    detail: 'Nothing was sent, and nothing will be sent later. Connect again, then repeat it; what you typed is kept.',
  })

const left = () =>
  new Problem({
    status: 0,
    code: 'page_left',
    title: 'Not done',
    detail: 'Its page was left before your session was confirmed, so nothing was sent.',
  })

const notConfirmed = () =>
  new Problem({
    status: 0,
    code: 'not_confirmed',
    title: 'Not done',
    detail: 'You did not confirm that it is you, so nothing was changed. What you typed is kept.',
  })

/** Operations that belong to no organisation: administrators', one's own account, and what strangers may ask. */
type Free = Extract<
  keyof paths,
  | '/api/config'
  | '/api/notifications/stream'
  | '/api/orgs'
  | `/api/${'account' | 'admin' | 'auth' | 'invitations'}${string}`
>

type FreePaths = Pick<paths, Free>
type OrgPaths = Omit<paths, Free>

/** In which organisation a request acts; the server refuses who is not a member of it. */
const ORG = 'x-org'

const baseUrl = globalThis.location.origin
const traces = (request: Request) => sessionFetch(traced(request))

/** The operations of no organisation. Those of one are asked for through `apiOf`, or they do not compile. */
export const api = createClient<FreePaths>({ baseUrl, fetch: traces })

const ofOrgs = new Map<string, Client<OrgPaths>>()

/**
 * The operations of one organisation. It is an argument and never looked up: a request that an organisation's page
 * began stays that organisation's, also when the tab shows another one by then.
 */
export function apiOf(org: string): Client<OrgPaths> {
  const known = ofOrgs.get(org)
  if (known) return known
  const made = createClient<OrgPaths>({ baseUrl, fetch: traces, headers: { [ORG]: org } })
  ofOrgs.set(org, made)
  return made
}

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
