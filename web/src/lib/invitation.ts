/**
 * The token of an invitation, between the link of its mail and the page that uses it, also across a sign-in. It is
 * this tab's, in memory of the tab alone, and never part of an address that is sent.
 */
const KEY = 'sp.invitation'

export function keepInvitation(token: string): void {
  try {
    sessionStorage.setItem(KEY, token)
  } catch {
    // Then the link of the mail has to be opened again after signing in.
  }
}

export function keptInvitation(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function forgetInvitation(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was kept.
  }
}
