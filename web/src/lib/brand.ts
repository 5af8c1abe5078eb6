import type { Config } from '@/lib/api/types'

/** Puts the platform's hue and name on the page, and keeps the hue for the next first paint. */
export function applyBrand(config: Config): void {
  document.documentElement.style.setProperty('--brand-hue', String(config.hue))
  try {
    localStorage.setItem('sp.hue', String(config.hue))
  } catch {
    // Only the first paint of the next visit would have used it.
  }
}
