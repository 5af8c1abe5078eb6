import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { Problem } from '@/lib/api/problem'
import { orgOf } from '@/lib/org-path'

/** Where a second factor is added. */
const PLACE = '/account/security'

/** What a page's requests begin with: its organisation, or the panel itself. Null for pages about neither. */
const subjectOf = (pathname: string): string | null =>
  orgOf(pathname) ?? (pathname.startsWith('/admin') ? 'admin' : null)

/**
 * Where a second factor is demanded, of administrators or by an organisation, who lacks one can do nothing but add it:
 * so that is where the pages lead. Other organisations of the same person stay open, and so does their account.
 */
export function LeadToFactors() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  useEffect(() => {
    if (pathname.startsWith('/account')) return
    const subject = subjectOf(pathname)
    return client.getQueryCache().subscribe(({ type, query }) => {
      const { error } = query.state
      if (type !== 'updated' || !(error instanceof Problem) || error.code !== 'mfa_required') return
      const of = String(query.queryKey[0])
      if (subject !== null && of !== subject) return
      void navigate(PLACE, { replace: true, state: { mfaRequired: of } })
    })
  }, [client, navigate, pathname])
  return null
}
