import type { CreateForm } from '@/features/vps/schemas'

const KEY = 'sp.draft.vps'

/** A draft survives leaving and reloading, in this tab alone, and never holds the password. */
type Draft = Omit<CreateForm, 'root_password'>

const EMPTY: Draft = { plan_id: '', image: '', region: '', label: '', access: 'ssh', ssh_public_key: '' }

export function loadDraft(): Draft {
  try {
    const raw: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    if (typeof raw !== 'object' || raw === null) return EMPTY
    const known = Object.entries(raw).filter(([name, value]) => name in EMPTY && typeof value === 'string')
    return { ...EMPTY, ...(Object.fromEntries(known) as Partial<Draft>) }
  } catch {
    return EMPTY
  }
}

export function saveDraft(form: Partial<CreateForm>): void {
  const draft = Object.fromEntries(Object.keys(EMPTY).map((name) => [name, form[name as keyof Draft] ?? '']))
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Without storage there is no draft; the form works all the same.
  }
}

export function clearDraft(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was stored.
  }
}
