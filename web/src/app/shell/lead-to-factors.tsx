import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { Problem } from '@/lib/api/problem'

/** Where a second factor is added. */
const PLACE = '/account/security'

/** An administrator without a second factor can do nothing but add one: so that is where the pages lead. */
export function LeadToFactors() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  useEffect(() => {
    if (pathname === PLACE) return
    return client.getQueryCache().subscribe(({ type, query }) => {
      const { error } = query.state
      if (type !== 'updated' || !(error instanceof Problem) || error.code !== 'mfa_required') return
      void navigate(PLACE, { replace: true, state: { mfaRequired: true } })
    })
  }, [client, navigate, pathname])
  return null
}
