/** The organisation that this tab showed last: another tab may show another one. */
const KEY = 'sp.org'

export function lastOrg(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function rememberOrg(org: string): void {
  try {
    sessionStorage.setItem(KEY, org)
  } catch {
    // Then the tab begins with the first organisation.
  }
}

export function forgetOrg(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was stored.
  }
}
