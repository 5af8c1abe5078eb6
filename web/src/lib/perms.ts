import type { OrgRole, Perm } from '@/lib/api/types'

const ROLES: Record<OrgRole, string> = {
  owner: 'Owner',
  admin: 'Admin',
  member: 'Member',
  billing: 'Billing',
  readonly: 'Read-only',
}

export const roleName = (role: OrgRole): string => ROLES[role]

/** What owners alone may do; everything else an admin of the organisation may do too. */
const OWNERS_ONLY: ReadonlySet<Perm> = new Set<Perm>(['owners:write', 'org:security', 'org:delete'])

/** Whom to ask for what one may not do oneself: "an owner or an admin". */
export const whoMay = (perm: Perm): string => (OWNERS_ONLY.has(perm) ? 'an owner' : 'an owner or an admin')
