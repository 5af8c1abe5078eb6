import type { AdminUser } from '@/lib/api/types'

export const ROLES: Record<AdminUser['role'], string> = {
  admin: 'Administrator',
  user: 'User',
  readonly: 'Reads only',
}

export const STATES: Record<AdminUser['state'], { words: string; tone: 'success' | 'warning' | 'danger' | 'neutral' }> =
  {
    active: { words: 'Active', tone: 'success' },
    unverified: { words: 'Unverified', tone: 'warning' },
    disabled: { words: 'Disabled', tone: 'danger' },
    deleted: { words: 'Deleted', tone: 'neutral' },
  }

export const REFUSALS: Record<AdminUser['refused'][number]['kind'], string> = {
  sign_in_failed: 'Sign-in failed',
  limit_hit: 'Too many requests',
  role_refused: 'Asked for what they may not',
  origin_refused: 'A change from another site',
  token_reused: 'A used session token came back',
  code_refused: 'A wrong code of a second factor',
  passkey_refused: 'A passkey that did not fit',
  passkey_copied: 'A passkey that may have been copied',
  identity_refused: 'Another site’s word that could not be believed',
}
