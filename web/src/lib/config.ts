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

/** Where the platform's name stands until the server told it. */
export const FALLBACK_CONFIG: Config = {
  company_name: 'Control panel',
  support_email: '',
  currency: 'USD',
  logo_url: null,
  hue: 262,
  min_password_length: 12,
}
