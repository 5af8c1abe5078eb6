// Fails when the JavaScript of a first visit exceeds its budget (the entry, and the frame of the signed-in
// part), or when a page asks for too many files. Pages are lazy; their own share is printed beside it.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 180
/** Scripts and styles of one page, its lazy pieces included: with page, icon and two fonts at most 15 requests. */
const LIMIT_FILES = 11
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

/** The lazy pieces that a page may show of its own accord; the palette and the phone's menu wait for a click. */
const PIECES = /components\/(flag-picture|time-plot)\.tsx$/
function pieces(key, into = new Set(), seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return into
  seen.add(key)
  for (const next of chunk.imports ?? []) pieces(next, into, seen)
  for (const next of chunk.dynamicImports ?? []) if (PIECES.test(next)) closure(next, into)
  return into
}

/** The files of styles that come with these scripts. */
function styles(files) {
  const chunks = Object.values(manifest).filter((chunk) => files.has(chunk.file))
  return new Set(chunks.flatMap((chunk) => chunk.css ?? []))
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0)
const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

const room = (name) =>
  Object.keys(manifest).find((key) => manifest[key].name === name && /\.js$/.test(manifest[key].file))
const [entry, frame] = [room('base'), room('frame')]
if (!entry || !frame) throw new Error('the manifest lacks the entry or the frame: was it built?')
const initial = closure(frame, closure(entry))

console.log(`${kb(total(closure(entry)))}  entry (all a sign-in page shares)`)
console.log(`${kb(total(initial))}  initial JavaScript with the frame, gzipped (at most ${LIMIT_KB} kB)`)
let over = total(initial) > LIMIT_KB * 1000
for (const key of Object.keys(manifest)
  .filter((k) => k.endsWith('-page.tsx'))
  .sort()) {
  const before = key.includes('/auth/') ? closure(entry) : initial
  const all = new Set([...before, ...closure(key), ...pieces(key)])
  const files = all.size + styles(all).size
  const own = [...all].filter((file) => !initial.has(file))
  console.log(`${kb(total(own))}  + ${key.replace(/^src\//, '')}, ${files} files`)
  if (files > LIMIT_FILES) over = true
}
if (over) {
  console.error(`over the budget of ${LIMIT_KB} kB, or of ${LIMIT_FILES} files a page`)
  process.exit(1)
}
