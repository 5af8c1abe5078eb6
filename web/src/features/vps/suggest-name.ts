/** "debian-frankfurt-1": what it runs and where, with the first number that is free. Empty until something is chosen. */
export function suggestName(vendor: string | undefined, city: string | undefined, taken: readonly string[]): string {
  const words = [vendor, city?.split(', ')[0]].map((word) => plainWord(word ?? '')).filter(Boolean)
  if (words.length === 0) return ''
  const stem = words.join('-').slice(0, 60)
  const used = new Set(taken.map((label) => label.toLowerCase()))
  for (let n = 1; n <= used.size + 1; n += 1) if (!used.has(`${stem}-${n}`)) return `${stem}-${n}`
  return stem
}

const plainWord = (word: string) =>
  word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
