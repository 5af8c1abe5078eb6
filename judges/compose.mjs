// Reads docker-compose.yml as docker would and holds it against what docs/deployment.md promises. For machines where
// no image can be pulled. node compose.mjs FILE ENV_EXAMPLE [VARIABLE_LEFT_OUT]
// Prints the command of each of our own services, one a line, its words apart by tabs.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

// Settings that no container takes from .env: only migrate is told who owns the tables, and the others are for development.
const UNSET = new Set(['DATABASE_OWNER_URL', 'NODE_ENV', 'FAILPOINTS', 'PAYPAL_SIMULATED_URL', 'PAYPAL_SIMULATED_CA_FILE'])
// Settings that the containers fix for themselves.
const FIXED = new Set(['APP_ENV', 'HOST', 'PORT', 'METRICS_ADDR'])

const [file, settingsFile, envFile, leftOut] = process.argv.slice(2)
const settings = names(settingsFile)
const variables = names(envFile)
const faults = []
const compose = parse(readFileSync(file, 'utf8'), { merge: true })
const services = Object.entries(interpolate(compose.services))
for (const [name, service] of services) checkService(name, service)
const ours = services.filter(([, service]) => service.build)
for (const [name, service] of ours) checkOurs(name, service)
for (const [key, value] of Object.entries(compose['x-settings'])) check(FIXED.has(key) || value.startsWith(`\${${key}:`), `${key} is not taken from .env`)
check(ours.length >= 4, 'api, worker, scheduler and migrate must be there')
const redis = compose.services.redis.command.join(' ')
check(/appendonly yes/.test(redis) && /maxmemory-policy noeviction/.test(redis), 'redis: append-only file and noeviction')
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
for (const [, service] of ours) console.log(service.command.join('\t'))

/** The names in a file of NAME=value lines, also where the line is a comment. */
function names(path) {
  return new Set([...readFileSync(path, 'utf8').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1]))
}

function check(holds, words) {
  if (!holds) faults.push(`${file}: ${words}`)
}

function checkService(name, service) {
  check(service.healthcheck, `${name}: no health check`)
  const limits = service.deploy?.resources?.limits
  check(limits?.cpus && limits?.memory, `${name}: no limit of cpu and memory`)
  check(!/:latest$/.test(service.image ?? ''), `${name}: image without a version`)
  check(!service.container_name, `${name}: container_name forbids --scale`)
}

function checkOurs(name, service) {
  check(Array.isArray(service.command), `${name}: command must be a list`)
  check(name === 'api' || !service.ports, `${name}: a fixed port forbids --scale`)
  check(service.read_only && service.cap_drop?.includes('ALL'), `${name}: read-only and without capabilities`)
  const after = service.depends_on ?? {}
  if (name !== 'migrate') check(after.migrate?.condition === 'service_completed_successfully', `${name}: must wait for migrate`)
  if (name !== 'migrate') check(!service.environment.DATABASE_OWNER_URL, `${name}: only migrate may know the owner's password`)
  for (const key of Object.keys(service.environment)) check(settings.has(key), `${name}: ${key} is no setting of ours`)
  for (const key of settings) check(UNSET.has(key) || key in service.environment, `${name}: the setting ${key} does not reach it`)
}

/** `${VAR}`, `${VAR:-default}` and `${VAR:?words}`, the innermost first; every required one is taken as set, but the one left out. */
function interpolate(node) {
  if (typeof node === 'string') {
    const once = node.replace(/\$\{([A-Z0-9_]+)(?::([-?])([^${}]*))?\}/g, (_, name, kind, rest) => {
      check(variables.has(name), `\${${name}} is missing in ${envFile}`)
      if (kind === '-') return rest
      check(kind === '?', `\${${name}} has neither a default nor :?`)
      check(name !== leftOut, `${name} is not set: ${rest}`)
      return 'x'.repeat(40)
    })
    return once === node ? node : interpolate(once)
  }
  if (Array.isArray(node)) return node.map(interpolate)
  if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, interpolate(value)]))
  return node
}
