// Orders one server and takes it through its life, so that our own client speaks to the cloud in every way it can.
// node order.mjs BASE_URL EMAIL PASSWORD
import { order, signIn, until } from '../panel.mjs'

const customer = await signIn(...process.argv.slice(2))
const { vps } = await order(customer, 'judged')
for (const [action, status] of [['reboot', 'running'], ['shutdown', 'stopped'], ['boot', 'running']]) {
  await customer.call('POST', `/api/vps/${vps.id}/action`, { action })
  await until(customer, vps.id, status)
}
await customer.call('DELETE', `/api/vps/${vps.id}`, { label: 'judged' })
await until(customer, vps.id, 'deleted')
console.log('ORDER OK')
