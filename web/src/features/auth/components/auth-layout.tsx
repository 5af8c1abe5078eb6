import { useQuery } from '@tanstack/react-query'
import { Navigate, useSearchParams } from 'react-router'
import { QuietLayout } from '@/features/auth/components/quiet-layout'
import { safeNext } from '@/features/auth/next'
import { meQuery } from '@/lib/api/queries'
import { formerPerson } from '@/lib/api/session'

/** Who is signed in already has no business here. */
export function AuthLayout() {
  const me = useQuery(meQuery)
  const [params] = useSearchParams()
  if (me.data) {
    // The address that led here belongs to the person who was signed in then.
    const former = formerPerson()
    const next = former === null || former === me.data.user.id ? safeNext(params.get('next')) : '/'
    return <Navigate to={next} replace />
  }
  return <QuietLayout />
}
