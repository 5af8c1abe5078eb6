// Fails when a page's first visit outweighs its budget: scripts, styles and faces of the built page as a browser gets
// them over https, that is by Brotli, and the number of these files. The page's data are weighed in the browser
// (e2e/08-weight.spec.ts), which has the last word; this one is quick and says which chunk it is.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'

/** kB. The browser's budget less what is not built: the answer's headers, the page itself, its icon, its data.
 * Charts count here, and are loaded only where they are open. */
const LIMITS = { signIn: 172, other: 292 }
/** Scripts and styles of one page, its lazy pieces included: with page, icon and two faces at most 15 requests. */
const LIMIT_FILES = 11
/** The faces that pages show: Latin letters of both typefaces; the sign-in page has nothing in the second. */
const FACES = { all: /^(inter|jetbrains-mono)-[\w-]{8}\.woff2$/, signIn: /^inter-[\w-]{8}\.woff2$/ }
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))

/** What `compress.mjs` made of it, where that is smaller. */
const size = (file) => statSync(existsSync(`dist/${file}.br`) ? `dist/${file}.br` : `dist/${file}`).size

const faces = (which) => readdirSync('dist/assets').filter((name) => which.test(name))

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

console.log(`${kb(total(closure(entry)))}  scripts of every page, ${kb(total(initial)).trim()} with the frame`)
let over = false
for (const key of Object.keys(manifest)
  .filter((k) => k.endsWith('-page.tsx'))
  .sort()) {
  const signIn = key.endsWith('/sign-in-page.tsx')
  const before = key.includes('/auth/') ? closure(entry) : initial
  const scripts = new Set([...before, ...closure(key), ...pieces(key)])
  const files = [...scripts, ...styles(scripts)]
  const weight = total([...files, ...faces(signIn ? FACES.signIn : FACES.all).map((name) => `assets/${name}`)])
  const limit = signIn ? LIMITS.signIn : LIMITS.other
  const bad = weight > limit * 1000 || files.length > LIMIT_FILES
  console.log(`${kb(weight)} of ${limit}, ${files.length} files  ${key.replace(/^src\//, '')}${bad ? '  OVER' : ''}`)
  over ||= bad
}
if (faces(FACES.all).length !== 2) throw new Error('the faces have other names now: see FACES')
if (over) {
  console.error(`over the budget: kB as shown, and ${LIMIT_FILES} files a page`)
  process.exit(1)
}
