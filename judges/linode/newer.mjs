// What the service has since its document of 4.151 was published, from answers recorded in August 2026:
// node newer.mjs DOCUMENT OUT
import { readFileSync, writeFileSync } from 'node:fs'

const [source, target] = process.argv.slice(2)
const document = JSON.parse(readFileSync(source, 'utf8'))
const pair = {
  type: 'object',
  required: ['region', 'plan', 'available'],
  properties: { region: { type: 'string' }, plan: { type: 'string' }, available: { type: 'boolean' } },
}
const counted = { type: 'integer', minimum: 0 }
const page = {
  type: 'object',
  required: ['data', 'page', 'pages', 'results'],
  properties: { data: { type: 'array', items: pair }, page: counted, pages: counted, results: counted },
}
const number = (name, least, most) => ({
  name,
  in: 'query',
  schema: { type: 'integer', minimum: least, ...(most ? { maximum: most } : {}) },
})
document.paths['/regions/availability'] = {
  get: {
    operationId: 'getRegionsAvailability',
    parameters: [number('page', 1), number('page_size', 25, 500)],
    responses: { 200: { description: 'Availability', content: { 'application/json': { schema: page } } } },
  },
}
writeFileSync(target, JSON.stringify(document))
