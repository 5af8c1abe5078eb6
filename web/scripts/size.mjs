// Fails when the JavaScript that every first visit downloads exceeds its budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 180
const html = readFileSync('dist/index.html', 'utf8')
const files = new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((m) => m[1]))
if (files.size === 0) throw new Error('dist/index.html names no script: was it built?')

let total = 0
for (const file of files) {
  const bytes = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length
  total += bytes
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${file}`)
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  initial JavaScript, gzipped (at most ${LIMIT_KB})`)
if (total > LIMIT_KB * 1000) process.exit(1)
