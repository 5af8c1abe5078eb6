import type { Reporter, TestCase } from '@playwright/test/reporter'

interface Figure {
  name: string
  value: number
  of: string
}

/** Ends a run with its figures: sums, and of what is a worst value the worst. */
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

  onEnd(): void {
    const round = (value: number) => String(Math.round(value * 10_000) / 10_000)
    console.log('')
    for (const [name, { value, of }] of [...this.#sums].sort(([a], [b]) => a.localeCompare(b)))
      console.log(`  ${name.padEnd(28)} ${round(value).padStart(10)}  ${of}`)
  }
}
