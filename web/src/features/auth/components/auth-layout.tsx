import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, useSearchParams } from 'react-router'
import { BrandMark } from '@/components/brand'
import { OfflineBanner } from '@/components/offline-banner'
import { safeNext } from '@/features/auth/next'
import { meQuery } from '@/lib/api/queries'
import { formerPerson } from '@/lib/api/session'
import { useConfig } from '@/lib/use-config'

/** One quiet column. Who is signed in already has no business here. */
export function AuthLayout() {
  const { company_name, support_email } = useConfig()
  const me = useQuery(meQuery)
  const [params] = useSearchParams()
  if (me.data) {
    // The address that led here belongs to the person who was signed in then.
    const former = formerPerson()
    const next = former === null || former === me.data.user.id ? safeNext(params.get('next')) : '/'
    return <Navigate to={next} replace />
  }
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto] bg-background">
      <div aria-live="polite">
        <OfflineBanner />
      </div>
      <main className="mx-auto grid w-full max-w-[26rem] content-center gap-6 px-4 py-10">
        <div className="flex items-center justify-center gap-3">
          <BrandMark size={32} />
          <span className="text-base font-semibold">{company_name}</span>
        </div>
        <div className="rounded-xl border bg-surface p-6">
          <Outlet />
        </div>
      </main>
      <footer className="min-h-11 px-4 pb-6 text-center text-[13px] text-muted">
        {support_email ? (
          <>
            Trouble signing in?{' '}
            <a href={`mailto:${support_email}`} className="text-text underline underline-offset-2">
              {support_email}
            </a>
          </>
        ) : null}
      </footer>
    </div>
  )
}
