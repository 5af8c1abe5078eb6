import type { SectionTab } from '@/components/section'

/**
 * The pages about an organisation itself, in the order in which they are shown; a reader sees those that the
 * permission of the line admits. A page that is not listed does not exist, whatever the router has for its address.
 */
export const ORG_TABS: SectionTab[] = [
  { path: 'general', label: 'General', perm: 'members:read' },
  { path: 'members', label: 'Members', perm: 'members:read' },
  { path: 'quotas', label: 'Quotas', perm: 'members:read' },
  { path: 'security', label: 'Security', perm: 'org:write' },
  { path: 'danger', label: 'Leave or delete', perm: 'members:read' },
]
