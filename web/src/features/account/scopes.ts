import type { Perm } from '@/lib/api/types'
import type { NewKey } from '@/features/account/api/keys'

export type Scope = NewKey['scopes'][number]

/** What a key may be made for, in words, the harmless first. */
export const SCOPES: { scope: Scope; words: string }[] = [
  { scope: 'vps:read', words: 'See servers, jobs and plans' },
  { scope: 'activity:read', words: 'See and follow what happens' },
  { scope: 'wallet:read', words: 'See the balance and what an hour costs' },
  { scope: 'statement:read', words: 'See the statement and invoices' },
  { scope: 'vps:use', words: 'Boot, shut down, reboot and rename servers' },
  { scope: 'console', words: 'Open consoles' },
  { scope: 'vps:create', words: 'Create servers, which costs money' },
  { scope: 'vps:delete', words: 'Delete servers, without asking again' },
]

/** A permission of a key in words. */
export const scopeWords = (perm: Perm): string => SCOPES.find(({ scope }) => scope === perm)?.words ?? perm
