import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router'
import { Banners } from '@/app/shell/banners'
import { ImpersonationBanner } from '@/app/shell/impersonation-banner'
import { LeadAway } from '@/app/shell/lead-away'
import { useNewOrganisation } from '@/app/shell/new-organisation'
import { newsOf } from '@/app/shell/news'
import { Sidebar } from '@/app/shell/sidebar'
import { Elsewhere } from '@/app/shell/elsewhere'
import { StepUp } from '@/app/shell/step-up'
import { Topbar } from '@/app/shell/topbar'
import { OfflineBanner } from '@/components/offline-banner'
import { Toaster } from '@/components/toaster'
import { followEvents } from '@/lib/events'
import { usePageLife } from '@/lib/page-life'
import { isOrgId } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'
import { useKeys } from '@/stores/keys'
import { usePalette } from '@/stores/palette'
import { useToasts } from '@/stores/toasts'

const PhoneNav = lazy(() => import('@/app/shell/phone-nav').then((m) => ({ default: m.PhoneNav })))
const KeysDialog = lazy(() => import('@/app/shell/keys-dialog').then((m) => ({ default: m.KeysDialog })))
const CreateOrganisation = lazy(() =>
  import('@/features/org/components/create-organisation').then((m) => ({ default: m.CreateOrganisation })),
)
const CommandPalette = lazy(() => import('@/app/shell/command-palette').then((m) => ({ default: m.CommandPalette })))

/** The frame around every page of a signed-in person. */
export function AppShell() {
  const [navOpen, setNavOpen] = useState(false)
  const { open: paletteOpen } = usePalette()
  const { open: creating, onOpenChange: setCreating } = useNewOrganisation()
  useLiveEvents()
  useForgetFormer()
  const { open: keysOpen } = useKeys()
  usePaletteKey()
  useKeysKey()
  usePageLife()
  const loading = useNavigation().state === 'loading'
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-primary px-4 py-2 text-on-primary focus:translate-y-0"
      >
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <Sidebar />
        <div className="flex min-w-0 flex-1 flex-col">
          <Banners />
          <div className="sticky top-0 z-30">
            <ImpersonationBanner />
            <div aria-live="polite">
              <OfflineBanner />
            </div>
            <Topbar onOpenNav={() => setNavOpen(true)} />
          </div>
          {loading ? <div aria-hidden className="fixed inset-x-0 top-0 z-60 h-0.5 animate-shimmer bg-primary" /> : null}
          <main id="content" tabIndex={-1} className="flex-1 px-4 py-5 outline-none sm:px-6 sm:py-7">
            <Outlet />
          </main>
        </div>
      </div>
      {navOpen ? (
        <Suspense fallback={null}>
          <PhoneNav onClose={() => setNavOpen(false)} />
        </Suspense>
      ) : null}
      {paletteOpen ? (
        <Suspense fallback={null}>
          <CommandPalette />
        </Suspense>
      ) : null}
      {creating ? (
        <Suspense fallback={null}>
          <CreateOrganisation open onOpenChange={setCreating} />
        </Suspense>
      ) : null}
      {keysOpen ? (
        <Suspense fallback={null}>
          <KeysDialog />
        </Suspense>
      ) : null}
      <StepUp />
      <LeadAway />
      <Elsewhere />
      <Toaster />
      <ScrollRestoration />
    </>
  )
}

function useLiveEvents() {
  const client = useQueryClient()
  const userId = useMe().user.id
  const mine = useMemberships()
  const shown = useTabOrg()?.id
  const { pathname } = useLocation()
  const now = useRef({ pathname, mine, shown })
  useEffect(() => {
    now.current = { pathname, mine, shown }
  }, [pathname, mine, shown])
  useEffect(
    () =>
      followEvents({
        client,
        userId,
        mine: () => now.current.mine.map(({ id }) => id),
        onActivity: (event) => {
          // Another organisation's news is for the tab that shows it.
          if (event.org_id !== now.current.shown) return
          const toast = newsOf(event, now.current.pathname)
          if (toast) useToasts.getState().push(toast)
        },
      }),
    [client, userId],
  )
}

/** Who no longer belongs to an organisation keeps nothing of it: what was shown of it is dropped at once. */
function useForgetFormer() {
  const client = useQueryClient()
  const ids = useMemberships()
    .map(({ id }) => id)
    .join(' ')
  useEffect(() => {
    const mine = new Set(ids.split(' '))
    client.removeQueries({
      predicate: ({ queryKey: [owner] }) => typeof owner === 'string' && isOrgId(owner) && !mine.has(owner),
    })
  }, [client, ids])
}

function usePaletteKey() {
  const { setOpen } = usePalette()
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key.toLowerCase() !== 'k' || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return
      e.preventDefault()
      setOpen(!usePalette.getState().open)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [setOpen])
}

function useKeysKey() {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== '?' || e.ctrlKey || e.metaKey || e.altKey) return
      if ((e.target as Element).closest('input,textarea,select,[contenteditable],[role="dialog"]')) return
      e.preventDefault()
      useKeys.getState().setOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
