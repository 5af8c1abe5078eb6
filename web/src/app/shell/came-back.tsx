import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { configQuery } from '@/lib/api/queries'
import { renewals, renew } from '@/lib/api/renew'
import { takeOutcome } from '@/lib/elsewhere'
import { useToasts } from '@/stores/toasts'

/** A browser that came back from the issuer to a page of its person: says what came of it, once. */
export function CameBack() {
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  const config = useQuery(configQuery)
  // Its name may still be on its way; what it is called is not worth waiting for when it does not come.
  const ready = !config.isPending
  const name = config.data?.sign_in_with
  const { word, rest } = takeOutcome(search)
  useEffect(() => {
    if (word === null || !ready) return
    void navigate(pathname + rest, { replace: true })
    void tell(word, name)
  }, [word, rest, pathname, navigate, name, ready])
  return null
}

async function tell(word: string, name: string | null | undefined) {
  const push = useToasts.getState().push
  const about = 'elsewhere'
  if (word === 'linked') {
    push({ tone: 'success', title: `${name ?? 'It'} is linked`, detail: 'It signs you in from now on.', about })
  } else if (word === 'verified') {
    // The tokens before do not say so yet.
    await renew(renewals(), true).catch(() => null)
    push({ tone: 'success', title: 'Confirmed', detail: 'For ten minutes: do now what you were about to do.', about })
  } else {
    const { problemOf } = await import('@/lib/elsewhere-words')
    const { title, message } = problemOf(word, name)
    push({ tone: 'danger', title, detail: message, about })
  }
}
