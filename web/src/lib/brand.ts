import type { Config } from '@/lib/api/types'

let name = 'The panel'

/** What the panel is called, in words about the panel itself: "Nimbus isn't responding". A server is a customer's. */
export const panelName = (): string => name

/** Puts the platform's hue and name on the page, and keeps the hue for the next first paint. */
export function applyBrand(config: Config): void {
  name = config.company_name
  document.documentElement.style.setProperty('--brand-hue', String(config.hue))
  try {
    localStorage.setItem('sp.hue', String(config.hue))
  } catch {
    // Only the first paint of the next visit would have used it.
  }
}
