import type { CreateForm } from '@/features/vps/schemas'
import { dropDraft, loadDraftOf, saveDraftOf } from '@/lib/drafts'
import { looksLikePublicKey } from '@/lib/ssh-key'

/** An organisation's own: its keys and names mean nothing in another. */
const nameOf = (org: string) => `vps.${org}`

/** Never holds the password, and of the key field only what is a public key. */
type Draft = Omit<CreateForm, 'root_password'>

const EMPTY: Draft = { plan_id: '', image: '', region: '', label: '', access: 'ssh', ssh_public_key: '' }

export function loadDraft(user: string, org: string): Draft {
  const known = Object.entries(loadDraftOf(user, nameOf(org))).filter(([name]) => name in EMPTY)
  return { ...EMPTY, ...(Object.fromEntries(known) as Partial<Draft>) }
}

export function saveDraft(user: string, org: string, form: Partial<CreateForm>): void {
  const draft = Object.fromEntries(Object.keys(EMPTY).map((name) => [name, form[name as keyof Draft] ?? '']))
  const key = form.ssh_public_key?.trim() ?? ''
  saveDraftOf(user, nameOf(org), { ...draft, ssh_public_key: looksLikePublicKey(key) ? key : '' })
}

export const clearDraft = (org: string) => dropDraft(nameOf(org))
