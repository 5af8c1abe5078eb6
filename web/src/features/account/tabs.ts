import type { SectionTab } from '@/components/section'

/**
 * The pages of a person's own account, in the order in which they are shown; the first one is where `/account` leads.
 * A page that is not listed does not exist, whatever the router has for its address.
 */
export const ACCOUNT_TABS: SectionTab[] = [
  { path: 'profile', label: 'Profile' },
  { path: 'security', label: 'Security' },
  { path: 'sessions', label: 'Sessions' },
  { path: 'keys', label: 'API keys' },
  { path: 'data', label: 'Your data' },
]
