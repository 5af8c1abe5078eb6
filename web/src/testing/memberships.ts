import type { Membership, Perm } from '@/lib/api/types'

export const READS: Perm[] = ['vps:read', 'wallet:read', 'statement:read', 'activity:read', 'members:read']
const WRITES: Perm[] = [
  ...(['vps:create', 'vps:use', 'console', 'vps:delete', 'wallet:top_up', 'billing:write', 'wallet:refund'] as const),
  ...(['members:write', 'org:write', 'keys:own', 'keys:make', 'keys:all'] as const),
  ...(['owners:write', 'org:security', 'org:delete'] as const),
]

/** An organisation of which the person is an owner, unless it says otherwise. */
export const membership = (over: Partial<Membership> = {}): Membership => ({
  id: 'org_1',
  name: 'Nimbus Labs',
  role: 'owner',
  may: [...READS, ...WRITES],
  ...over,
})

/** One in which the person works with servers, and sees the balance but not the statement. */
export const asMember = (over: Partial<Membership> = {}): Membership =>
  membership({
    role: 'member',
    may: ['vps:read', 'vps:create', 'vps:use', 'console', 'vps:delete', 'wallet:read', 'activity:read', 'members:read'],
    ...over,
  })
