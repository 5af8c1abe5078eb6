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
