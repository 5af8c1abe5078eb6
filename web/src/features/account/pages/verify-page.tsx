import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { LinkPage, NoToken } from '@/components/link-page'
import { ProblemAlert } from '@/components/problem-alert'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { useVerifyEmail } from '@/features/account/api/mutations'
import { meQuery } from '@/lib/api/queries'
import { useLinkToken } from '@/lib/link-token'

/** Where the link leads that confirms an address: it counts in a session of its own user alone. */
export function VerifyPage() {
  const me = useQuery(meQuery)
  const { token, forget } = useLinkToken()
  const verify = useVerifyEmail()
  if (verify.isSuccess)
    return (
      <LinkPage title="Your address is confirmed" detail={`You sign in with ${verify.data.user.email}.`}>
        <Button asChild variant="primary" size="lg">
          <Link to="/">Open the panel</Link>
        </Button>
      </LinkPage>
    )
  if (!token) return <NoToken title="Confirm your address" />
  if (me.isPending) return <Skeleton className="h-40 w-full" />
  if (!me.data)
    return (
      <LinkPage
        title="Confirm your address"
        detail="Sign in first: only the account that asked for this link can use it. You come back here."
      >
        <Button asChild variant="primary" size="lg">
          <Link to="/sign-in?next=%2Fverify">Sign in</Link>
        </Button>
      </LinkPage>
    )
  return (
    <LinkPage title="Confirm your address" detail={`You are signed in as ${me.data.user.email}.`}>
      <ProblemAlert error={verify.error} />
      <Button
        variant="primary"
        size="lg"
        pending={verify.isPending}
        onClick={() => verify.mutate(token, { onSuccess: forget })}
      >
        Confirm the address
      </Button>
    </LinkPage>
  )
}
