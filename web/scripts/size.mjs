// Fails when the JavaScript of a first visit exceeds its budget: the entry, and the frame of the
// signed-in part. Pages are lazy; their own share is printed beside it.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 180
const SHELL = 'src/app/shell/signed-in.tsx'
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))

const sizes = new Map()
function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length)
  return sizes.get(file)
}

/** Everything a chunk needs before it can run. */
function closure(key, into = new Set()) {
  const chunk = manifest[key]
  if (!chunk || into.has(chunk.file)) return into
  into.add(chunk.file)
  for (const next of chunk.imports ?? []) closure(next, into)
  return into
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0)
const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
if (!entry || !manifest[SHELL]) throw new Error('the manifest lacks the entry or the frame: was it built?')
const initial = closure(SHELL, closure(entry))

console.log(`${kb(total(closure(entry)))}  entry (all a sign-in page shares)`)
console.log(`${kb(total(initial))}  initial JavaScript with the frame, gzipped (at most ${LIMIT_KB} kB)`)
for (const key of Object.keys(manifest)
  .filter((k) => k.endsWith('-page.tsx'))
  .sort()) {
  const own = [...closure(key)].filter((file) => !initial.has(file))
  console.log(`${kb(total(own))}  + ${key.replace(/^src\//, '')}`)
}
if (total(initial) > LIMIT_KB * 1000) {
  console.error('over the budget')
  process.exit(1)
}
