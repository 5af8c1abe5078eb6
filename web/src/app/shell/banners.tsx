import { useQuery } from '@tanstack/react-query'
import { RadioTower, TriangleAlert } from 'lucide-react'
import { useLocation } from 'react-router'
import { AskForCredit } from '@/components/add-credit'
import { Debt } from '@/components/money'
import { OrgLink } from '@/components/org-link'
import { Banner } from '@/components/ui/banner'
import { UnverifiedBanner } from '@/features/account/components/unverified-banner'
import { walletQuery } from '@/lib/api/queries'
import { isPositive } from '@/lib/money'
import { useOnline } from '@/lib/online'
import { orgPath } from '@/lib/org-path'
import { useTabOrg } from '@/lib/use-memberships'
import { OrgContext, useOrg } from '@/lib/use-org'
import { useLive } from '@/stores/live'

/** What concerns every page: debt, and a stream that was lost. */
export function Banners() {
  const { state } = useLive()
  const online = useOnline()
  const org = useTabOrg()
  return (
    <div aria-live="polite">
      <UnverifiedBanner />
      {org ? (
        <OrgContext value={org}>
          <InDebt />
        </OrgContext>
      ) : null}
      {online && (state === 'retrying' || state === 'polling') ? (
        <Banner tone="warning" icon={<RadioTower aria-hidden className="size-4 shrink-0" />}>
          {state === 'retrying'
            ? 'Live updates are interrupted. Reconnecting…'
            : 'Live updates are off. This page refreshes itself every few seconds instead.'}
        </Banner>
      ) : null}
    </div>
  )
}

function InDebt() {
  const org = useOrg()
  const { data: wallet } = useQuery({ ...walletQuery(org.id), enabled: org.may.includes('wallet:read') })
  const { pathname } = useLocation()
  // The wallet's page says it itself, with more.
  if (!wallet || !isPositive(wallet.owed) || pathname === orgPath(org.id, '/wallet')) return null
  return (
    <Banner tone="danger" icon={<TriangleAlert aria-hidden className="size-4 shrink-0" />}>
      The balance of {org.name} is <Debt owed={wallet.owed} className="font-semibold" />. Its servers keep running, but
      no new ones can be created until the debt is paid. <AskForCredit />, or open the{' '}
      <OrgLink to="/wallet" className="font-medium underline underline-offset-2">
        wallet
      </OrgLink>
      .
    </Banner>
  )
}
