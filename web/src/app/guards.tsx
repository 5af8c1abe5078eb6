import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { Navigate, useLocation, useNavigate } from 'react-router'
import { NotFound } from '@/app/not-found'
import { Splash } from '@/app/splash'
import { RetryPanel } from '@/components/retry-panel'
import { meQuery } from '@/lib/api/queries'
import type { Me } from '@/lib/api/types'
import { MeContext, useMe } from '@/lib/use-me'
import { useToasts } from '@/stores/toasts'

/** Leads a stranger to the sign-in page, and back here after it. */
export function RequireSession({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery)
  const { pathname, search } = useLocation()
  const [person, setPerson] = useState<string | null>(null)
  const id = me.data?.user.id ?? null
  const become = useCallback(() => setPerson(id), [id])
  if (person === null && id !== null) become()
  if (me.data) {
    if (person !== null && person !== id) return <NewPerson me={me.data} onReady={become} />
    return (
      <MeContext key={id} value={me.data}>
        {children}
      </MeContext>
    )
  }
  if (me.data === null) {
    const here = pathname + search
    return <Navigate to={here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`} replace />
  }
  if (me.isError) {
    return (
      <main className="mx-auto grid min-h-dvh max-w-lg place-content-center">
        <RetryPanel error={me.error} onRetry={() => void me.refetch()} />
      </main>
    )
  }
  return <Splash />
}

/** Begins on a page that another person may see: what this tab showed belonged to the former one. */
function NewPerson({ me, onReady }: { me: Me; onReady: () => void }) {
  const navigate = useNavigate()
  useEffect(() => {
    void navigate('/', { replace: true })
    const name = me.user.name || me.user.email
    useToasts.getState().push(
      me.impersonation
        ? { tone: 'info', title: `You act as ${name}`, detail: 'All tabs of this browser do, until you leave.' }
        : {
            tone: 'info',
            title: `You are now signed in as ${name}`,
            detail: 'That happened elsewhere in this browser. Nothing more was sent for the person before.',
          },
    )
    onReady()
  }, [me, navigate, onReady])
  return <Splash />
}

/** For others than admins these pages do not exist. */
export function RequireAdmin({ children }: { children: ReactNode }) {
  return useMe().role === 'admin' ? children : <NotFound />
}
