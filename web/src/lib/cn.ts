import { clsx, type ClassValue } from 'clsx'

const SIDE = '(?:x|y|t|r|b|l)'
const LENGTH = String.raw`(?:\d|px$|\[\d)`

/**
 * What a class sets, without its modifiers: the first that matches. Tailwind's own names, as far as pages use them;
 * `cn.test.ts` compares every pair of classes in use with the package tailwind-merge, which weighs 7 kB.
 */
const GROUPS: [RegExp, string?][] = [
  [
    /^(?:block|inline|inline-block|flex|inline-flex|grid|inline-grid|contents|hidden|table(?:-(?:cell|row))?)$/,
    'display',
  ],
  [/^(?:static|fixed|absolute|relative|sticky)$/, 'position'],
  [/^(?:visible|invisible|collapse)$/, 'visibility'],
  [/^(?:not-)?sr-only$/, 'sr'],
  [/^text-(?:left|center|right|justify|start|end)$/, 'text-align'],
  [/^text-(?:wrap|nowrap|balance|pretty)$/, 'text-wrap'],
  [new RegExp(String.raw`^text-(?:xs|sm|base|lg|\d?xl|\[\d)`), 'font-size'],
  [/^(?:truncate|text-ellipsis|text-clip)$/, 'text-overflow'],
  [/^(?:underline|overline|line-through|no-underline)$/, 'decoration'],
  [/^(?:uppercase|lowercase|capitalize|normal-case)$/, 'text-transform'],
  [/^(?:tabular|proportional)-nums$/, 'figures'],
  [/^(?:not-)?italic$/, 'font-style'],
  [/^font-(?:mono|sans|serif)$/, 'font-family'],
  [/^flex-(?:row|col)(?:-reverse)?$/, 'flex-direction'],
  [/^flex-(?:nowrap|wrap)(?:-reverse)?$/, 'flex-wrap'],
  [/^col-(?:span|auto)/, 'col'],
  [/^row-(?:span|auto)/, 'row'],
  [/^content-(?:normal|center|start|end|between|around|evenly|stretch|baseline)$/, 'align-content'],
  [/^list-(?:none|disc|decimal)$/, 'list'],
  [/^list-(?:inside|outside)$/, 'list-position'],
  [/^border-(?:collapse|separate)$/, 'border-collapse'],
  [/^border-(?:solid|dashed|dotted|double|hidden|none)$/, 'border-style'],
  [new RegExp(`^border(?:-${LENGTH}|$)`), 'border'],
  [new RegExp(`^border-(${SIDE})(?:-${LENGTH}|$)`), 'border-'],
  [new RegExp(`^border-(${SIDE})-`), 'border-color-'],
  [/^border-/, 'border-color'],
  [/^divide-(x|y)(?:-\d|$)/, 'divide-'],
  [/^rounded-(t|r|b|l|tl|tr|br|bl)(?:-|$)/, 'rounded-'],
  [/^rounded(?:-|$)/, 'rounded'],
  [/^outline(?:-none|-hidden|-solid|-dashed)?$/, 'outline'],
  [/^-?outline-offset-/, 'outline-offset'],
  [new RegExp(`^outline-${LENGTH}`), 'outline-width'],
  [/^outline-/, 'outline-color'],
  [new RegExp(`^ring(?:-${LENGTH}|$)`), 'ring'],
  [/^ring-inset$/, 'ring-inset'],
  [/^ring-/, 'ring-color'],
  [/^shadow(?:-(?:\d?x[sl]|sm|md|lg|none)|$)/, 'shadow'],
  [/^object-(?:contain|cover|fill|none)$/, 'object-fit'],
  [/^(?:grow|shrink|filter|transition|resize)(?:-|$)/],
  [/^-?(?:inset|translate|overflow|overscroll|gap|scale|rotate)-(?:[xy]-)?/],
  [/^-?(?:scroll-)?[mp][xytrblse]?-/],
  [/^(?:min|max)-[wh]-/],
  [/^(?:justify|place)-(?:items|self|content)-/],
  [
    /^(?:grid-(?:cols|rows|flow)|auto-(?:cols|rows)|(?:col|row)-(?:start|end)|underline-offset|line-clamp|pointer-events)-/,
  ],
  [
    /^-?(?:top|right|bottom|left|z|order|basis|flex|justify|items|self|size|[wh]|text|font|leading|tracking|whitespace)-/,
  ],
  [
    /^-?(?:break|wrap|bg|opacity|brightness|duration|delay|ease|animate|cursor|select|accent|appearance|fill|stroke|align)-/,
  ],
]

/** What a class sets besides: the later `p-4` also ends an earlier `px-2`. */
const BESIDES: Record<string, string[]> = {
  'font-size': ['leading-'],
  'line-clamp-': ['display', 'overflow-'],
  'size-': ['w-', 'h-'],
  'flex-': ['basis-', 'grow', 'shrink'],
  'gap-': ['gap-x-', 'gap-y-'],
  'overflow-': ['overflow-x-', 'overflow-y-'],
  'overscroll-': ['overscroll-x-', 'overscroll-y-'],
  'translate-': ['translate-x-', 'translate-y-'],
  'inset-': ['inset-x-', 'inset-y-', 'top-', 'right-', 'bottom-', 'left-'],
  'inset-x-': ['right-', 'left-'],
  'inset-y-': ['top-', 'bottom-'],
  ...boxes('p', (side) => `p${side}-`),
  ...boxes('m', (side) => `m${side}-`),
  ...boxes('border', (side) => `border-${side}`, ''),
  ...boxes('border-color', (side) => `border-color-${side}`, ''),
  rounded: ['t', 'r', 'b', 'l', 'tl', 'tr', 'br', 'bl'].map((corner) => `rounded-${corner}`),
  'rounded-t': ['rounded-tl', 'rounded-tr'],
  'rounded-r': ['rounded-tr', 'rounded-br'],
  'rounded-b': ['rounded-br', 'rounded-bl'],
  'rounded-l': ['rounded-tl', 'rounded-bl'],
}

function boxes(name: string, of: (side: string) => string, end = '-'): Record<string, string[]> {
  const all = ['x', 'y', 't', 'r', 'b', 'l'].map(of)
  return { [name + end]: all, [of('x')]: [of('r'), of('l')], [of('y')]: [of('t'), of('b')] }
}

const groups = new Map<string, string | null>()

function groupOf(name: string): string | null {
  const known = groups.get(name)
  if (known !== undefined) return known
  let group: string | null = null
  for (const [pattern, word] of GROUPS) {
    const match = pattern.exec(name)
    if (!match) continue
    group = word === undefined ? match[0].replace(/^-/, '') : word + (match[1] ?? '')
    if (word === undefined && /^(?:grow|shrink|filter|transition|resize)-?$/.test(group))
      group = group.replace(/-$/, '')
    break
  }
  groups.set(name, group)
  return group
}

const merged = new Map<string, string>()
/** More lists of classes than all pages have together. */
const MAX_KEPT = 2000

function merge(text: string): string {
  const known = merged.get(text)
  if (known !== undefined) return known
  const set = new Set<string>()
  const kept: string[] = []
  for (const one of text.split(/\s+/).reverse()) {
    const at = one.replace(/\[[^\]]*\]|\([^)]*\)/g, (part) => '_'.repeat(part.length)).lastIndexOf(':') + 1
    const modifiers = one.slice(0, at)
    const group = groupOf(one.slice(at))
    if (group !== null) {
      if (set.has(modifiers + group)) continue
      for (const also of [group, ...(BESIDES[group] ?? [])]) set.add(modifiers + also)
    }
    kept.push(one)
  }
  const result = kept.reverse().join(' ')
  if (merged.size > MAX_KEPT) merged.clear()
  merged.set(text, result)
  return result
}

/** Joins class names; later ones win over earlier ones of the same kind. */
export const cn = (...inputs: ClassValue[]) => merge(clsx(inputs))
