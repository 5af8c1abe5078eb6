import { describe, expect, it } from 'vitest'

const components = Object.keys(import.meta.glob('@/components/**/*.tsx')).filter((path) => !path.includes('.test.'))
const exhibits = Object.values(
  import.meta.glob<string>('./exhibits/*.tsx', { query: '?raw', import: 'default', eager: true }),
).join('\n')
const shared = Object.entries(
  import.meta.glob<string>('@/components/**/*.tsx', { query: '?raw', import: 'default', eager: true }),
)

/** Shown by the gallery itself, or by a shared component that it shows. */
function isShown(path: string): boolean {
  const name = `@/${/components\/.*(?=\.tsx$)/.exec(path)?.[0] ?? ''}'`
  return exhibits.includes(name) || shared.some(([other, text]) => other !== path && text.includes(name))
}

describe('the gallery', () => {
  it('shows every shared component', () => {
    expect(components.length).toBeGreaterThan(40)
    expect(components.filter((path) => !isShown(path))).toEqual([])
  })
})
