import { useQuery } from '@tanstack/react-query'
import { Navigate, useSearchParams } from 'react-router'
import { QuietLayout } from '@/features/auth/components/quiet-layout'
import { safeNext } from '@/features/auth/next'
import { meQuery } from '@/lib/api/queries'
import { formerPerson } from '@/lib/api/session'
import { OUTCOME } from '@/lib/elsewhere'

/** Who is signed in already has no business here. */
export function AuthLayout() {
  const me = useQuery(meQuery)
  const [params] = useSearchParams()
  if (me.data) {
    // The address that led here belongs to the person who was signed in then.
    const former = formerPerson()
    const next = former === null || former === me.data.user.id ? safeNext(params.get('next')) : '/'
    // What another site's answer came to is said on the page that follows.
    const word = params.get(OUTCOME)
    const told = word === null || word === 'signed_in' ? '' : `${next.includes('?') ? '&' : '?'}${OUTCOME}=${word}`
    return <Navigate to={next + encodeURI(told)} replace />
  }
  return <QuietLayout />
}
