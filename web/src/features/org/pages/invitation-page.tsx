import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import { BrandMark } from '@/components/brand'
import { At } from '@/components/date-time'
import { Facts } from '@/components/facts'
import { ProblemAlert } from '@/components/problem-alert'
import { RetryPanel } from '@/components/retry-panel'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { useAcceptInvitation, useDeclineInvitation, useSwitchPerson } from '@/features/org/api/mutations'
import { toProblem } from '@/lib/api/problem'
import { invitationQuery, meQuery } from '@/lib/api/queries'
import type { InvitationOffer, Me } from '@/lib/api/types'
import { forgetInvitation, keepInvitation, keptInvitation } from '@/lib/invitation'
import { orgPath } from '@/lib/org-path'
import { roleName } from '@/lib/perms'
import { useConfig } from '@/lib/use-config'
import { useTitle } from '@/lib/use-title'

/** What the link of an invitation's mail shows: to strangers, to its addressee, and to another person. */
export function InvitationPage() {
  useTitle('Invitation')
  const { company_name } = useConfig()
  const token = useToken()
  const me = useQuery(meQuery)
  const look = useQuery({ ...invitationQuery(token ?? ''), enabled: token !== null })
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-[26rem] content-center gap-6 bg-background px-4 py-10">
      <div className="flex items-center justify-center gap-3">
        <BrandMark size={32} />
        <span className="text-base font-semibold">{company_name}</span>
      </div>
      <div className="rounded-xl border bg-surface p-6">
        {token === null ? (
          <Ended title="No invitation">Open the link of the mail again: this address alone says nothing.</Ended>
        ) : look.isError ? (
          <Refused error={look.error} onRetry={() => void look.refetch()} />
        ) : look.data === undefined || me.data === undefined ? (
          <Skeleton className="h-56" />
        ) : (
          <Offer token={token} offer={look.data} me={me.data} />
        )}
      </div>
    </main>
  )
}

/** The token of the link, which leaves the address at once; or the one that this tab kept across a sign-in. */
function useToken(): string | null {
  const { hash } = useLocation()
  const [token] = useState(() => {
    const brought = hash.slice(1)
    if (brought === '') return keptInvitation()
    keepInvitation(brought)
    globalThis.history.replaceState(globalThis.history.state, '', '/invitation')
    return brought
  })
  return token
}

function Ended({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      <p className="text-muted">{children}</p>
      <Button asChild>
        <Link to="/">Open the panel</Link>
      </Button>
    </div>
  )
}

const TITLES: Partial<Record<string, string>> = {
  invitation_expired: 'This invitation has expired',
  invitation_used: 'This invitation was answered',
  invitation_revoked: 'This invitation no longer counts',
  not_found: 'This invitation was not found',
}

function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const problem = toProblem(error)
  const title = TITLES[problem.code]
  return title ? <Ended title={title}>{problem.message}</Ended> : <RetryPanel error={error} onRetry={onRetry} />
}

function Offer({ token, offer, me }: { token: string; offer: InvitationOffer; me: Me | null }) {
  return (
    <div className="grid gap-5">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">Join {offer.organisation}</h1>
        <p className="mt-1 wrap-anywhere text-muted">{offer.invited_by} invites you.</p>
      </div>
      <Facts
        items={[
          ['Role', roleName(offer.role)],
          ['Works until', <At key="until" at={offer.expires_at} />],
        ]}
      />
      {me === null ? (
        <Stranger token={token} offer={offer} />
      ) : me.user.email === offer.email ? (
        <Addressee token={token} />
      ) : (
        <Another me={me} />
      )}
    </div>
  )
}

function Stranger({ token, offer }: { token: string; offer: InvitationOffer }) {
  return (
    <>
      <p className="wrap-anywhere text-muted">
        {offer.has_account ? 'Sign in' : 'Create an account'} with {offer.email} to accept.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button asChild variant="primary">
          {offer.has_account ? (
            <Link to="/sign-in?next=%2Finvitation">Sign in</Link>
          ) : (
            <Link to="/register?invited">Create an account</Link>
          )}
        </Button>
        <Decline token={token} />
      </div>
    </>
  )
}

function Addressee({ token }: { token: string }) {
  const accept = useAcceptInvitation()
  const navigate = useNavigate()
  const go = () =>
    accept.mutate(token, {
      onSuccess: ({ id }) => {
        forgetInvitation()
        void navigate(orgPath(id, '/dashboard'), { replace: true })
      },
    })
  return (
    <>
      <ProblemAlert error={accept.error} />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" pending={accept.isPending} onClick={go}>
          Accept
        </Button>
        <Decline token={token} />
      </div>
    </>
  )
}

function Another({ me }: { me: Me }) {
  const leave = useSwitchPerson()
  return (
    <>
      <p className="wrap-anywhere text-muted">
        You are signed in as {me.user.email}, and this invitation is for another address. Sign in with the address at
        which you got it.
      </p>
      <ProblemAlert error={leave.error} />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" pending={leave.isPending} onClick={() => leave.mutate()}>
          Sign in as another person
        </Button>
        <Button asChild>
          <Link to="/">Stay as you are</Link>
        </Button>
      </div>
    </>
  )
}

function Decline({ token }: { token: string }) {
  const decline = useDeclineInvitation()
  const navigate = useNavigate()
  const go = () =>
    decline.mutate(token, {
      onSuccess: () => {
        forgetInvitation()
        void navigate('/', { replace: true })
      },
    })
  return (
    <>
      <Button pending={decline.isPending} onClick={go}>
        Decline
      </Button>
      {decline.error ? <ProblemAlert error={decline.error} /> : null}
    </>
  )
}
