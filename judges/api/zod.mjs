// A client that openapi-zod-client wrote from our document reads real answers, and refuses what the document does not
// say. node zod.mjs DOCUMENT BASE_URL TOKEN FILE   FILE takes the addresses that were read, for the judge in Python.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generateZodClientFromOpenAPI } from 'openapi-zod-client'
import ts from 'typescript'
import { walk } from './walk.mjs'

const [file, base, token, out] = process.argv.slice(2)
const document = JSON.parse(readFileSync(file, 'utf8'))
const client = await load(document)
const authorization = `Bearer ${token}`
const api = client(base, { axiosConfig: { headers: { authorization } }, validate: 'response' })
const aliases = new Map(api.api.map((endpoint) => [endpoint.alias, endpoint]))

const read = []
for await (const { id, path, values, query, body } of walk(document, ask)) {
  if (query.length > 0) continue
  if (!aliases.has(id)) throw new Error(`the client has no ${id}`)
  const said = await api[id]({ params: values }).catch((error) => {
    throw new Error(`${id} ${path}: ${error.message}: ${JSON.stringify(error.cause ?? error.data ?? '').slice(0, 800)}`)
  })
  if (typeof said !== typeof body) throw new Error(`${id}: the client read something else`)
  read.push({ id, values })
}
if (read.length < 20) throw new Error(`only ${read.length} operations were read`)
writeFileSync(out, JSON.stringify(read))
console.log(`openapi-zod-client read ${read.length} operations`)

/** What the panel answers, by hand. */
async function ask(path) {
  const response = await fetch(base + path, { headers: { authorization }, signal: AbortSignal.timeout(20_000) })
  // Not found, asked without what it needs, or not now.
  if (!response.ok && ![400, 404, 409].includes(response.status)) throw new Error(`${path}: ${response.status}`)
  return { status: response.ok ? 200 : 404, body: await response.json() }
}

/** The client's code, run from a folder where its imports are found. */
async function load(document) {
  const code = await generateZodClientFromOpenAPI({
    openApiDoc: document,
    disableWriteToFile: true,
    options: { strictObjects: true, shouldExportAllSchemas: true, withAlias: true },
  })
  const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } })
  const folder = mkdtempSync(join(import.meta.dirname, '.client-'))
  try {
    const written = join(folder, 'client.mjs')
    writeFileSync(written, outputText)
    return (await import(pathToFileURL(written).href)).createApiClient
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
