// One address for three judges: sends each request to the proxy of the document that its path belongs to, and what no
// document covers straight to the simulator. node front.mjs PORT ORDERS PAYMENTS WEBHOOKS SIMULATOR (ports of 127.0.0.1)
import { createServer, request } from 'node:http'

const [port, orders, payments, webhooks, simulator] = process.argv.slice(2).map(Number)
const routes = [
  ['/v2/checkout/orders', orders],
  ['/v2/payments/', payments],
  ['/v1/notifications/webhooks', webhooks],
]

createServer((incoming, outgoing) => {
  const [, target] = routes.find(([path]) => incoming.url.startsWith(path)) ?? [undefined, simulator]
  const options = { host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers: incoming.headers }
  const asked = request(options, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers)
    answer.pipe(outgoing)
  })
  asked.on('error', () => outgoing.destroy())
  incoming.pipe(asked)
}).listen(port, '127.0.0.1')
