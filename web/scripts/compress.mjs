// Writes NAME.br and NAME.gz beside each built file that they make smaller: the server sends them as they are.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const TEXT = /\.(js|css|svg|json|txt|webmanifest|ico)$/
// index.html gets a fresh nonce in every answer, so it can't be compressed ahead.
const files = readdirSync('dist', { recursive: true }).filter((name) => TEXT.test(name) && !name.startsWith('.vite'))
let before = 0
let after = 0
for (const name of files) {
  const path = join('dist', name)
  if (!statSync(path).isFile()) continue
  const plain = readFileSync(path)
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }
  const made = { br: brotliCompressSync(plain, options), gz: gzipSync(plain, { level: 9 }) }
  before += plain.length
  after += Math.min(plain.length, made.br.length)
  for (const [end, data] of Object.entries(made)) {
    if (data.length < plain.length * 0.9) writeFileSync(`${path}.${end}`, data)
    else rmSync(`${path}.${end}`, { force: true })
  }
}
console.log(`${Math.round(before / 1000)} kB in ${files.length} files, ${Math.round(after / 1000)} kB by Brotli`)
