import { existsSync, readFileSync, writeFileSync } from 'node:fs'

import type { FullResult, Reporter, TestCase } from '@playwright/test/reporter'

interface Figure {
  name: string
  value: number
  of: string
}

/** A figure grew when it is so many times what it was in the last run of the whole. */
const TIMES = 1.1

/**
 * Ends a run with its figures: sums, and of what is a worst value the worst. Those of a whole run that passed are kept
 * in the folder that SKYPANEL_FIGURES names, and the next run says what grew.
 */
export default class Figures implements Reporter {
  readonly #sums = new Map<string, { value: number; of: string }>()

  onTestEnd(test: TestCase): void {
    for (const { type, description } of test.annotations) if (type === 'figure') this.#note(description ?? '')
  }

  #note(text: string): void {
    const { name, value, of } = JSON.parse(text) as Figure
    const before = this.#sums.get(name)
    if (!/^worst|kB$/.test(name)) this.#sums.set(name, { value: (before?.value ?? 0) + value, of })
    else if (!before || value > before.value) this.#sums.set(name, { value, of })
  }

  onEnd({ status }: FullResult): void {
    const folder = process.env.SKYPANEL_FIGURES
    const file = folder && `${folder}/pages.json`
    const before = file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {}
    const round = (value: number) => String(Math.round(value * 10_000) / 10_000)
    console.log('')
    for (const [name, { value, of }] of [...this.#sums].sort(([a], [b]) => a.localeCompare(b))) {
      const was = before[name]
      const grew = was !== undefined && value > was * TIMES ? `  (it was ${round(was)})` : ''
      console.log(`  ${name.padEnd(28)} ${round(value).padStart(10)}  ${of}${grew}`)
    }
    if (file && status === 'passed')
      writeFileSync(file, JSON.stringify(Object.fromEntries([...this.#sums].map(([name, { value }]) => [name, value]))))
  }
}
