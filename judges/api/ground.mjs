// Something for a judge of our API to stand on: an admin with credit, a running server and its jobs. Prints NAME=value
// lines, the ids that schemathesis.toml puts into paths. node ground.mjs BASE_URL ADMIN_EMAIL PASSWORD
import { randomUUID } from 'node:crypto'
import { order, signIn } from '../panel.mjs'

const admin = await signIn(...process.argv.slice(2))
const { organisations: [organisation] } = await admin.call('GET', '/api/auth/me')
const credit = { amount: { amount: '50.000000', currency: 'USD' }, reason: 'for the judge' }
await admin.call('POST', `/api/admin/customers/${organisation.id}/credit`, credit, { 'Idempotency-Key': randomUUID() })
const { vps, job, plan } = await order(admin, 'ground')
const [cloud] = (await admin.call('GET', '/api/admin/clouds')).items
const [entry] = (await admin.call('GET', '/api/wallet/statement')).items
const ids = { TOKEN: admin.token, ORG_ID: organisation.id, VPS_ID: vps.id, JOB_ID: job.id, PLAN_ID: plan.id, CLOUD_ID: cloud.id, ENTRY_ID: entry.id }
for (const [name, value] of Object.entries(ids)) console.log(`${name}=${value}`)
