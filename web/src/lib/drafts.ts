/**
 * What a form keeps while its page is left or reloaded: in this tab alone, for one person alone, and no
 * longer than until the sign-out.
 */
const PREFIX = 'sp.draft.'

interface Stored {
  user: string
  draft: Record<string, string>
}

function parse(text: string | null): Stored | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null || !('user' in value) || !('draft' in value)) return null
    const { user, draft } = value
    return typeof user === 'string' && typeof draft === 'object' && draft !== null
      ? { user, draft: draft as Record<string, string> }
      : null
  } catch {
    return null
  }
}

/** The person's draft; another person's is not even looked at. */
export function loadDraftOf(user: string, name: string): Record<string, string> {
  try {
    const stored = parse(sessionStorage.getItem(PREFIX + name))
    if (!stored || stored.user !== user) return {}
    return Object.fromEntries(Object.entries(stored.draft).filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}

export function saveDraftOf(user: string, name: string, draft: Record<string, string>): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({ user, draft } satisfies Stored))
  } catch {
    // Without storage there is no draft; the form works all the same.
  }
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(PREFIX + name)
  } catch {
    // Nothing was stored.
  }
}

/** Drops every draft, or all but this person's. */
export function clearDrafts(except?: string): void {
  try {
    for (const key of Object.keys(sessionStorage).filter((k) => k.startsWith(PREFIX))) {
      if (except === undefined || parse(sessionStorage.getItem(key))?.user !== except) sessionStorage.removeItem(key)
    }
  } catch {
    // Nothing was stored.
  }
}
