import type { ReactNode } from 'react'
import { Outlet } from 'react-router'
import { BrandMark } from '@/components/brand'
import { OfflineBanner } from '@/components/offline-banner'
import { useConfig } from '@/lib/use-config'

/** One quiet column, for everybody who comes. */
export function QuietLayout({ children }: { children?: ReactNode }) {
  const { company_name, support_email } = useConfig()
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
        <div className="rounded-xl border bg-surface p-6">{children ?? <Outlet />}</div>
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
