import { readdirSync, readFileSync } from 'node:fs'
import { twMerge } from 'tailwind-merge'
import { expect, it } from 'vitest'
import { cn } from '@/lib/cn'

/** Every class of the pages: what stands in a string and is a class to Tailwind. */
function classes(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.|schema\.d|gallery|lib\/cn/.test(name),
  )
  const words = files.flatMap((name) =>
    Array.from(readFileSync(`src/${name}`, 'utf8').matchAll(/(['"`])((?:(?!\1)[^\n])*)\1/g), ([, , text = '']) =>
      text.split(/\s+/),
    ).flat(),
  )
  const likely = [...new Set(words)].filter(
    (word) => /^[-a-z[&*@][\w\-.:[\]()/%,&>*=+]*$/.test(word) && !word.endsWith(':'),
  )
  return likely.filter((word) => twMerge(`${word} ${word}`) === word && !/^\[(?!&)/.test(word))
}

it('joins classes as tailwind-merge does, whichever two of ours meet', () => {
  const all = classes()
  expect(all.length).toBeGreaterThan(400)
  const bare = [...new Set(all.map((name) => name.replace(/^(?:[a-z-]+(?:\[[^\]]*\])?:|\[[^\]]*\]:)+/, '')))]
  const wrong: string[] = []
  for (const a of bare)
    for (const b of bare) if (cn(a, b) !== twMerge(a, b)) wrong.push(`${a} ${b}: ${cn(a, b)}, not ${twMerge(a, b)}`)
  expect(wrong).toEqual([])
}, 120_000)

it('keeps what differs in its modifiers, and what is no class of Tailwind', () => {
  expect(cn('px-2 sm:px-4', 'px-3', 'page-width', { 'hover:px-1': true, hidden: false })).toBe(
    'sm:px-4 px-3 page-width hover:px-1',
  )
  expect(cn('[&>svg]:size-4 size-5', '[&>svg]:size-6')).toBe('size-5 [&>svg]:size-6')
  expect(cn('p-2 px-4', undefined, 'p-1')).toBe('p-1')
})
