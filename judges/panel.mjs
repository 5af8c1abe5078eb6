// A person's doings on a running SkyPanel, by the public API alone. Used by the judges' scripts beside it.
import { randomUUID } from 'node:crypto'

const WAIT_MS = 60_000
const PASSWORD = 'aComplexP@ssword123'

/** Signs in; the answer's `call` speaks with that person's token. */
export async function signIn(base, email, password) {
  const session = await request(base, '', 'POST', '/api/auth/token', { grant_type: 'password', email, password })
  const call = (method, path, body, headers) => request(base, session.access_token, method, path, body, headers)
  return { call, token: session.access_token }
}

/** Orders a server of the first plan that is on sale, and waits until it runs. */
export async function order({ call }, label) {
  const { plan, region, image } = await offer(call)
  const body = { plan_id: plan.id, region: region.id, image: image.id, label, root_password: PASSWORD }
  const { vps, job } = await call('POST', '/api/vps', body, { 'Idempotency-Key': randomUUID() })
  await until({ call }, vps.id, 'running')
  return { vps, job, plan }
}

/** The server has this status and no job of it is in progress. */
export async function until({ call }, id, status) {
  let seen
  await eventually(`${id} ${status}`, async () => {
    seen = await call('GET', `/api/vps/${id}`).catch((error) => {
      if (status === 'deleted' && error.status === 404) return { status, job: null }
      throw error
    })
    if (seen.status === 'failed') throw new Error(`failed: ${JSON.stringify(seen)}`)
    return seen.status === status && seen.job === null
  })
  console.error('now', status)
}

/** Plans appear when the workers have read the cloud's catalog. */
async function offer(call) {
  let found
  await eventually('a plan to order', async () => {
    const [plan] = (await call('GET', '/api/plans')).items
    if (!plan) return false
    const regions = (await call('GET', `/api/plans/${plan.id}/regions`)).items
    const images = (await call('GET', `/api/plans/${plan.id}/images`)).items
    found = { plan, region: regions.find((one) => one.available), image: images[0] }
    return found.region && found.image
  })
  return found
}

async function eventually(what, look) {
  const deadline = Date.now() + WAIT_MS
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited ${WAIT_MS / 1000} s in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function request(base, token, method, path, body, headers = {}) {
  const all = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers }
  const response = await fetch(base + path, { method, headers: all, body: body && JSON.stringify(body), signal: AbortSignal.timeout(20_000) })
  const text = await response.text()
  if (response.ok) return text === '' ? {} : JSON.parse(text)
  throw Object.assign(new Error(`${method} ${path}: ${response.status} ${text.slice(0, 400)}`), { status: response.status })
}
