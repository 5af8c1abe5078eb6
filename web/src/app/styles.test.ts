// @vitest-environment node
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The tokens of a theme with the brand's hue put in, as linear sRGB luminance. */
const css = readFileSync('src/app/styles.css', 'utf8')
const block = (selector: string) =>
  css.slice(css.indexOf(`\n${selector} {`), css.indexOf('\n}', css.indexOf(`\n${selector} {`)))
const read = (text: string) =>
  new Map(
    [
      ...text.matchAll(
        /--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([^)]+?)\)?\);|--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g,
      ),
    ].map((m) => [m[1] ?? m[5] ?? '', [Number(m[2] ?? m[6]), Number(m[3] ?? m[7]), m[4] ?? m[8] ?? '0'] as const]),
  )
const light = read(block(':root'))
const dark = new Map([...light, ...read(block('.dark'))])

function luminance([L, C, h]: readonly [number, number, string], hue: number): number {
  const rad = ((h.startsWith('var') ? hue : Number(h)) * Math.PI) / 180
  const [a, b] = [C * Math.cos(rad), C * Math.sin(rad)]
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (x: number) => Math.min(1, Math.max(0, x))
  const r = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const g = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const bl = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * r + 0.7152 * g + 0.0722 * bl
}

function contrast(theme: typeof light, a: string, b: string, hue: number): number {
  const token = (name: string) => {
    const value = theme.get(name)
    if (!value) throw new Error(`no token --${name}`)
    return luminance(value, hue)
  }
  const [x, y] = [token(a), token(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const TEXT: [string, string][] = [
  ...['background', 'surface', 'surface-2'].flatMap((on) =>
    ['text', 'muted', 'accent', 'danger', 'success', 'warning', 'info'].map((t): [string, string] => [t, on]),
  ),
  ['on-primary', 'primary'],
  ['on-primary', 'primary-hover'],
  ['on-primary', 'danger-solid'],
  ['accent', 'accent-soft'],
  ['text', 'accent-soft'],
  ...['success', 'warning', 'danger', 'info'].flatMap((t): [string, string][] => [
    [t, `${t}-soft`],
    ['text', `${t}-soft`],
  ]),
  ['muted', 'danger-soft'],
]
const LINES: [string, string][] = [
  ['line', 'surface'],
  ['line', 'background'],
  ['accent', 'background'],
  ...['success', 'warning', 'danger', 'info'].map((t): [string, string] => [`${t}-dot`, 'surface']),
]

/** White label: any hue a platform may choose has to be readable. */
const HUES = Array.from({ length: 36 }, (_, i) => i * 10)

describe.each([
  ['light', light],
  ['dark', dark],
])('%s theme', (_, theme) => {
  it.each(TEXT)('%s on %s reads at 4.5:1 in every hue', (a, b) => {
    const worst = Math.min(...HUES.map((hue) => contrast(theme, a, b, hue)))
    expect(worst).toBeGreaterThanOrEqual(4.5)
  })

  it.each(LINES)('%s on %s stands out at 3:1 in every hue', (a, b) => {
    const worst = Math.min(...HUES.map((hue) => contrast(theme, a, b, hue)))
    expect(worst).toBeGreaterThanOrEqual(3)
  })
})

it('measures as it should', () => {
  expect(
    contrast(
      new Map([
        ['a', [1, 0, '0']],
        ['b', [0, 0, '0']],
      ]),
      'a',
      'b',
      0,
    ),
  ).toBeCloseTo(21, 1)
})
