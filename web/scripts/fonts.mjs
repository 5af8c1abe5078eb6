// Writes src/app/fonts: of each typeface the characters and weights that nearly every page needs and no more.
// Other characters come from the packages' own files, which a browser fetches where one of them is shown.
// By hand, after one of the packages changed: npx --yes --package subset-font@2.9.0 -- node scripts/fonts.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

const [bin] = (process.env.PATH ?? '').split(delimiter)
const subset = createRequire(join(bin, '../noop.js'))('subset-font')

const to = (first, last) => Array.from({ length: last - first + 1 }, (_, n) => String.fromCodePoint(first + n)).join('')
/** `unicode-range` in src/app/fonts.css says the same. */
const LATIN =
  to(0x20, 0x7e) + to(0xa0, 0xff) + '\u2009\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u202f\u20ac\u2122\u2212'
const FACES = [
  { name: 'inter', characters: LATIN, features: ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'tnum'] },
  { name: 'jetbrains-mono', characters: LATIN, features: ['mark', 'mkmk', 'ccmp'] },
]
/** Normal to bold. */
const WEIGHTS = { min: 400, max: 700 }

for (const { name, characters, features } of FACES) {
  const whole = readFileSync(`node_modules/@fontsource-variable/${name}/files/${name}-latin-wght-normal.woff2`)
  const options = { targetFormat: 'woff2', keepFeatures: features, variationAxes: { wght: WEIGHTS } }
  const part = await subset(whole, characters, options)
  writeFileSync(`src/app/fonts/${name}.woff2`, part)
  console.log(`${name}: ${whole.length} bytes in the package, ${part.length} here`)
}
