import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ProblemAlert } from '@/components/problem-alert'
import { Skeleton } from '@/components/ui/skeleton'
import { SecondFactor } from '@/features/auth/components/second-factor'
import { api, ok } from '@/lib/api/client'
import { useEnter } from '@/lib/use-enter'

interface ComeBackProps {
  /** What came of it: `signed_in`, or `second_factor`. */
  word: string
  /** Back to the sign-in page. */
  onBack: () => void
}

/** A browser that came back from the issuer, and is signed in or nearly so. */
export function ComeBack({ word, onBack }: ComeBackProps) {
  return word === 'signed_in' ? <Enter /> : <Pending onBack={onBack} />
}

/** The cookies are there: asks whose they are, and continues. */
function Enter() {
  const enter = useEnter()
  const me = useQuery({ queryKey: ['came-back'], queryFn: () => ok(api.GET('/api/auth/me')), gcTime: 0, retry: false })
  useEffect(() => {
    if (me.data) enter(me.data)
    // Once: what it does changes what is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [me.data])
  if (me.error) return <ProblemAlert error={me.error} />
  return <Skeleton className="h-40 w-full" />
}

/** The issuer named a person who has a second factor here. */
function Pending({ onBack }: { onBack: () => void }) {
  const pending = useQuery({
    queryKey: ['came-back', 'pending'],
    queryFn: () => ok(api.GET('/api/auth/oidc/pending')),
    gcTime: 0,
    retry: false,
  })
  if (pending.error) return <ProblemAlert error={pending.error} />
  if (!pending.data) return <Skeleton className="h-40 w-full" />
  return <SecondFactor challenge={pending.data.challenge} onBack={onBack} />
}
