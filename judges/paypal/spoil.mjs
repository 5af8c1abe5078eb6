// The simulated PayPal, but for one word of what it answers: an amount that is a number instead of a text.
// node spoil.mjs PORT SIMULATOR (ports of 127.0.0.1)
import { createServer, request } from 'node:http'

const [port, simulator] = process.argv.slice(2).map(Number)

createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming
  const asked = request({ host: '127.0.0.1', port: simulator, method, path: url, headers }, (answer) => {
    const parts = []
    answer.on('data', (part) => parts.push(part))
    answer.on('end', () => {
      const text = Buffer.concat(parts).toString().replaceAll('"value":"19.90"', '"value":19.90')
      outgoing.writeHead(answer.statusCode, { ...answer.headers, 'content-length': Buffer.byteLength(text) })
      outgoing.end(text)
    })
  })
  asked.on('error', () => outgoing.destroy())
  incoming.pipe(asked)
}).listen(port, '127.0.0.1')
