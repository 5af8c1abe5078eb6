/** The time zones that this browser knows, with the one that is chosen among them. */
export function zones(chosen: string): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return [...new Set(['UTC', chosen, ...known])].sort((a, b) => a.localeCompare(b, 'en'))
}

/** Languages to choose from, each by its own name. What it is for: dates and figures; the words are English. */
const LOCALES = ['en', 'en-GB', 'en-US', 'de', 'de-AT', 'de-CH', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt-BR', 'zh-Hans']

export function languages(chosen: string): { value: string; label: string }[] {
  const tags = LOCALES.includes(chosen) ? LOCALES : [...LOCALES, chosen]
  return tags.map((tag) => ({ value: tag, label: nameOf(tag) }))
}

function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
