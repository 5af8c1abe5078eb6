import type { OrgRole } from '@/lib/api/types'

/** Roles from the most to the least, each with what it is for. */
export const ROLES: { role: OrgRole; detail: string }[] = [
  { role: 'owner', detail: 'Everything, also owners and the end of the organisation' },
  { role: 'admin', detail: 'Servers, money and members, but not owners' },
  { role: 'member', detail: 'Orders and uses servers, and sees the balance' },
  { role: 'billing', detail: 'Pays and sees the statement; servers only to look at' },
  { role: 'readonly', detail: 'Sees everything and changes nothing' },
]

/** What a person may give and take: owners everything, admins all but owners, others nothing. The server decides. */
export const rolesFor = (mine: OrgRole): OrgRole[] =>
  mine === 'owner' || mine === 'admin'
    ? ROLES.map(({ role }) => role).filter((role) => mine === 'owner' || role !== 'owner')
    : []
