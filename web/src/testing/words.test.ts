// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** What we do not write, and what we write instead; the whole glossary is in CONTRIBUTING.md. */
const NOT_OURS: [RegExp, string][] = [
  [/under way/i, 'in progress'],
  [/(came|comes?|come) to nothing/i, 'failed'],
  [/did not come\b/i, 'could not be loaded'],
  [/\bin passing\b/i, 'temporarily'],
  [/(want|ask)s? for attention|needs? you\b/i, 'needs attention'],
  [/there (is|are) no such/i, 'does not exist'],
  [/\b(is|are|was|were) gone\b/i, 'no longer exists'],
  [/\bgo(es)? on\b(?! sale)/i, 'continue'],
  [/\bnought\b|more than nothing/i, 'zero'],
  [/\bparted by\b/i, 'separated by'],
  [/to be had\b/i, 'available'],
  [/\b(somebody|nobody|whoever)\b/i, 'an operator, a customer, a worker'],
  [/\b(will )?stands? (here|on|there|beside|behind)\b/i, 'appears, is on'],
  [/\bwithin \d+ ?(s|seconds|minutes)\b/i, 'no promise that a setting can break'],
]

it('the pages use the words of the glossary', () => {
  const files = ['src', 'e2e']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
    .filter((file) => /\.tsx?$/.test(file) && !/schema\.d\.ts$|words\.test\.ts$/.test(file))
  expect(files.length).toBeGreaterThan(150)
  const found = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8').replace(/\s+/g, ' ')
    return NOT_OURS.flatMap(([words, better]) => {
      const match = words.exec(text)
      return match ? [`${file}: “${match[0]}”; better: ${better}`] : []
    })
  })
  expect(found).toEqual([])
})

const read = (file: string) => readFileSync(file, 'utf8')
const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))

/** Pages that administrators alone open; they read who the provider is. */
const ADMINS =
  /features\/(audit|clouds|customers|gallery|jobs|mails|overview|payments|plans|rate-limits|revenue|schedules|servers|users|workers)\//
/** React's own, an import, a comment, and former names of jobs that no page shows. */
const NOT_WORDS = /\w*Providers?\b|@\/app\/providers|\/\*[\s\S]*?\*\/|\/\/.*|'provider[._]\w+'|provider_account/g
const SUPPLIERS = /\b(provider|linode|akamai|sendgrid)('?s)?\b/i

it('customers read of no provider in the pages', () => {
  const files = sources('src').filter((file) => !ADMINS.test(file) && !/schema\.d\.ts$|^src\/testing\//.test(file))
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((file) => {
    const match = SUPPLIERS.exec(read(file).replace(NOT_WORDS, ''))
    return match ? [`${file}: ${match[0]}`] : []
  })
  expect(found).toEqual([])
})

it('customers read of no provider in the document of their part of the API', () => {
  const document = JSON.parse(read('../api/openapi.json')) as {
    paths: Record<string, unknown>
    components: { schemas: Record<string, unknown> }
  }
  const found: string[] = []
  const seen = new Set<string>()
  const walk = (at: string, value: unknown): void => {
    if (typeof value === 'string') {
      const schema = /^#\/components\/schemas\/(.+)$/.exec(value)?.[1]
      if (schema === undefined) {
        if (SUPPLIERS.test(value)) found.push(`${at}: ${value}`)
      } else if (!seen.has(schema)) {
        seen.add(schema)
        walk(schema, document.components.schemas[schema])
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(`${at}/${name}`, inner)
    }
  }
  for (const [path, operations] of Object.entries(document.paths))
    if (!path.startsWith('/api/admin/')) walk(path, operations)
  expect(seen.size).toBeGreaterThan(20)
  expect(found).toEqual([])
})

it('customers read of no provider in the steps of their jobs', () => {
  const folder = '../jobs/src/vps'
  const files = readdirSync(folder).filter((file) => file.endsWith('.rs'))
  const steps = files.flatMap((file) =>
    [...read(`${folder}/${file}`).matchAll(/(?:Note|Intent)::say\(\s*"([^"]*)"/g)].map(
      (step) => `${file}: ${step[1] ?? ''}`,
    ),
  )
  expect(steps.length).toBeGreaterThan(5)
  expect(steps.filter((step) => SUPPLIERS.test(step))).toEqual([])
})
