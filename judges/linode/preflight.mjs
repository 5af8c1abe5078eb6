// Is the document really able to judge? Prism is silent about a schema that cannot be compiled and then validates
// nothing by it. node preflight.mjs DOCUMENT [DOCUMENT…] fails where one of them cannot be compiled.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { getHttpOperationsFromSpec } = require('@stoplight/prism-http/dist/utils/operations.js')
const Ajv = require('ajv').default
const formats = require('ajv-formats').default

const bad = []
let compiled = 0
for (const file of process.argv.slice(2)) await check(file)
console.log(`${compiled} schemas compile, ${bad.length} do not`)
for (const line of bad.slice(0, 20)) console.log(`  ${line}`)
process.exit(bad.length === 0 && compiled > 0 ? 0 : 1)

async function check(file) {
  for (const operation of await getHttpOperationsFromSpec(file)) {
    // As Prism does it; a fresh one for each operation, because they all define the same bundle.
    const options = { allErrors: true, allowUnionTypes: true, allowMatchingProperties: true, strict: false, logger: false }
    const ajv = formats(new Ajv(options))
    const bundle = operation.__bundled__
    const where = `${operation.method} ${operation.path}`
    for (const content of operation.request?.body?.contents ?? []) compile(ajv, content.schema, bundle, `${where} request`)
    for (const answer of operation.responses ?? [])
      for (const content of answer.contents ?? []) compile(ajv, content.schema, bundle, `${where} ${answer.code}`)
  }
}

function compile(ajv, schema, bundle, where) {
  if (!schema) return
  try {
    ajv.compile({ ...schema, __bundled__: bundle })({})
    compiled += 1
  } catch (error) {
    bad.push(`${where}: ${String(error.message).slice(0, 140)}`)
  }
}
