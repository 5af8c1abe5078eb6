/** A permission in an organisation, by its word in the API; which role has it is decided by the server alone. */
export const PERMS = [
  'vps:read',
  'activity:read',
  'members:read',
  'vps:create',
  'vps:use',
  'console',
  'vps:delete',
  'wallet:read',
  'statement:read',
  'wallet:top_up',
  'billing:write',
  'wallet:refund',
  'members:write',
  'org:write',
  'keys:own',
  'keys:all',
  'owners:write',
  'org:security',
  'org:delete',
] as const

export type Perm = (typeof PERMS)[number]

/** A person's part in an organisation. */
export type OrgRole = 'owner' | 'admin' | 'member' | 'billing' | 'readonly'

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
