import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Navigate, useLocation } from 'react-router'
import { NotFound } from '@/app/not-found'
import { Splash } from '@/app/splash'
import { RetryPanel } from '@/components/retry-panel'
import { meQuery } from '@/lib/api/queries'
import { MeContext, useMe } from '@/lib/use-me'

/** Leads a stranger to the sign-in page, and back here after it. */
export function RequireSession({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery)
  const { pathname, search } = useLocation()
  if (me.data) return <MeContext value={me.data}>{children}</MeContext>
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

/** For others than admins these pages do not exist. */
export function RequireAdmin({ children }: { children: ReactNode }) {
  return useMe().role === 'admin' ? children : <NotFound />
}
