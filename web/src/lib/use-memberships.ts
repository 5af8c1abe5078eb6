import { useLocation } from 'react-router'
import type { Membership } from '@/lib/api/types'
import { lastOrg } from '@/lib/last-org'
import { orgOf } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'

/** The organisations of the person who is signed in. */
export const useMemberships = (): Membership[] => useMe().organisations

/**
 * The organisation that this tab is about, on pages of no organisation too: that of the address, else the last one,
 * else the first. Null for a person who belongs to none.
 */
export function useTabOrg(): Membership | null {
  const { pathname } = useLocation()
  const mine = useMemberships()
  for (const id of [orgOf(pathname), lastOrg()]) {
    const org = mine.find((o) => o.id === id)
    if (org) return org
  }
  return mine[0] ?? null
}
