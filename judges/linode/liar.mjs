// A cloud that answers nonsense: the negative control of the judge of answers. node liar.mjs PORT
import { createServer } from 'node:http'

const nonsense = JSON.stringify({ id: 'seven', status: 'flying', ipv4: 4 })
createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(nonsense)
}).listen(Number(process.argv[2]), '127.0.0.1')
