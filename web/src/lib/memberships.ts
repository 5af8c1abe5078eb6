import type { Me } from '@/lib/api/types'
import { PERMS, type OrgRole, type Perm } from '@/lib/perms'

/** An organisation, as far as it is a person's: their role in it, and what they may do there. */
export interface Membership {
  id: string
  name: string
  role: OrgRole
  may: Perm[]
}

const READS: Perm[] = ['vps:read', 'activity:read', 'members:read', 'wallet:read', 'statement:read']

/** The organisations of a person, in the order in which the server names them. */
export function membershipsOf(me: Me): Membership[] {
  const readonly = me.role === 'readonly'
  return [{ ...me.organisation, role: readonly ? 'readonly' : 'owner', may: readonly ? READS : [...PERMS] }]
}
