/** What a reader takes for one character: a family emoji and a letter with its marks are one each. */
function graphemes(text: string): string[] {
  // Browsers of before 2024 lack it; code points are the next best, and cut nothing in half that is one.
  if (typeof Intl.Segmenter !== 'function') return Array.from(text)
  return Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), (s) => s.segment)
}

/** The first characters of the first two words of a name, for its avatar. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  return words
    .slice(0, 2)
    .map((word) => graphemes(word)[0] ?? '')
    .join('')
    .toLocaleUpperCase('en')
}
