// Orders one server from a running SkyPanel and takes it through its life by the public API, so that our own client
// speaks to the cloud in every way it can. node order.mjs BASE_URL EMAIL PASSWORD
import { randomUUID } from 'node:crypto'

const WAIT_MS = 60_000
const [base, email, password] = process.argv.slice(2)
let token = ''

const session = await call('POST', '/api/auth/token', { grant_type: 'password', email, password })
token = session.access_token
const plan = await firstPlan()
const region = (await call('GET', `/api/plans/${plan.id}/regions`)).items.find((one) => one.available)
const image = (await call('GET', `/api/plans/${plan.id}/images`)).items[0]
const order = { plan_id: plan.id, region: region.id, image: image.id, label: 'judged', root_password: 'aComplexP@ssword123' }
const { vps } = await call('POST', '/api/vps', order, { 'Idempotency-Key': randomUUID() })
await until('running')
await act('reboot', 'running')
await act('shutdown', 'stopped')
await act('boot', 'running')
await call('DELETE', `/api/vps/${vps.id}`, { label: 'judged' })
await until('deleted')
console.log('ORDER OK')

/** The demo's plans appear when the workers have read the cloud's catalog. */
async function firstPlan() {
  const deadline = Date.now() + WAIT_MS
  while (Date.now() < deadline) {
    const [plan] = (await call('GET', '/api/plans')).items
    if (plan && (await call('GET', `/api/plans/${plan.id}/regions`)).items.length > 0) return plan
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('the demo has no plan to order')
}

async function act(action, status) {
  await call('POST', `/api/vps/${vps.id}/action`, { action })
  await until(status)
}

/** The server has this status and nothing is under way with it. */
async function until(status) {
  const deadline = Date.now() + WAIT_MS
  let seen
  while (Date.now() < deadline) {
    seen = await call('GET', `/api/vps/${vps.id}`, undefined, {}, status === 'deleted' ? [404] : [])
    if (seen === null || (seen.status === status && seen.job === null)) return console.log('now', status)
    if (seen.status === 'failed') break
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  throw new Error(`never ${status}: ${JSON.stringify(seen)}`)
}

/** The answer's body; null for a status that was expected to fail. */
async function call(method, path, body, headers = {}, expected = []) {
  const response = await fetch(base + path, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  if (expected.includes(response.status)) return null
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 400)}`)
  return text === '' ? {} : JSON.parse(text)
}
