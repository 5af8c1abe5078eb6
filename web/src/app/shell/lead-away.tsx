import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { Problem } from '@/lib/api/problem'
import { orgOf, orgPath } from '@/lib/org-path'

/** What a page's requests begin with: its organisation, or the panel itself. Null for pages about neither. */
const subjectOf = (pathname: string): string | null =>
  orgOf(pathname) ?? (pathname.startsWith('/admin') ? 'admin' : null)

/**
 * Where administrators or an organisation demand what the reader does not meet, no page of theirs has anything to show.
 * Without a second factor the pages lead to where one is added; from an address that an organisation's list does not
 * name, to the page that says so. Other organisations of the same person stay open, and so does their account.
 */
export function LeadAway() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  useEffect(() => {
    if (/^\/account|\/closed$/.test(pathname)) return
    const subject = subjectOf(pathname)
    return client.getQueryCache().subscribe(({ type, query }) => {
      const { error } = query.state
      const of = String(query.queryKey[0])
      if (type !== 'updated' || !(error instanceof Problem) || (subject !== null && of !== subject)) return
      if (error.code === 'mfa_required')
        void navigate('/account/security', { replace: true, state: { mfaRequired: of } })
      if (error.code === 'address_not_allowed')
        void navigate(orgPath(of, '/closed'), { replace: true, state: { refused: error.message } })
    })
  }, [client, navigate, pathname])
  return null
}
