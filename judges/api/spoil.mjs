// Spoils our own document, for the negative controls of its judges. node spoil.mjs reference|promise|null <openapi.json
import { readFileSync } from 'node:fs'

const document = JSON.parse(readFileSync(0, 'utf8'))
const spoil = { reference, promise, null: forbidNull }[process.argv[2]]
spoil(document)
process.stdout.write(JSON.stringify(document))

/** A reference to a schema that does not exist. */
function reference({ paths }) {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Nothing' } } }
  paths['/api/config'].get.responses['299'] = { description: 'never', content }
}

/** A promise that the list of servers has a member which it does not have; every other path is left out. */
function promise({ paths }) {
  const list = paths['/api/vps'].get
  for (const path of Object.keys(paths)) delete paths[path]
  paths['/api/vps'] = { get: list }
  for (const content of Object.values(list.responses['200'].content)) {
    content.schema = { type: 'object', required: ['no_such_member'] }
  }
}

/** Nothing may be null any more, although answers hold it. */
function forbidNull(document) {
  const visit = (part) => {
    if (part === null || typeof part !== 'object') return
    delete part.nullable
    if (Array.isArray(part.anyOf)) part.anyOf.splice(1)
    Object.values(part).forEach(visit)
  }
  visit(document)
}
