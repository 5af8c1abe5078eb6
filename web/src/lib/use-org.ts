import { createContext, useCallback, useContext } from 'react'
import type { Membership } from '@/lib/api/types'
import { orgPath } from '@/lib/org-path'
import type { Perm } from '@/lib/api/types'

/** The organisation that the page's address names, given by the frame of its pages. */
export const OrgContext = createContext<Membership | null>(null)

/** The organisation of this page, and what the reader is and may do in it. */
export function useOrg(): Membership {
  const org = useContext(OrgContext)
  if (!org) throw new Error('useOrg outside of the pages of an organisation')
  return org
}

/** Whether the reader may do this in the page's organisation. */
export const useMay = (perm: Perm): boolean => useOrg().may.includes(perm)

/** The address of one of this organisation's pages: `at('/servers/new')`. */
export function useOrgPath(): (path: string) => string {
  const { id } = useOrg()
  return useCallback((path: string) => orgPath(id, path), [id])
}
