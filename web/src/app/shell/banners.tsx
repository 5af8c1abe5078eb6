import { useQuery } from '@tanstack/react-query'
import { RadioTower, TriangleAlert } from 'lucide-react'
import { Link, useLocation } from 'react-router'
import { AskForCredit } from '@/components/add-credit'
import { Debt } from '@/components/money'
import { Banner } from '@/components/ui/banner'
import { walletQuery } from '@/lib/api/queries'
import { isPositive } from '@/lib/money'
import { useOnline } from '@/lib/online'
import { useLive } from '@/stores/live'

/** What concerns every page: debt, and a stream that was lost. */
export function Banners() {
  const { state } = useLive()
  const online = useOnline()
  const { data: wallet } = useQuery(walletQuery)
  // The wallet's page says it itself, with more.
  const { pathname } = useLocation()
  return (
    <div aria-live="polite">
      {wallet && isPositive(wallet.owed) && pathname !== '/wallet' ? (
        <Banner tone="danger" icon={<TriangleAlert aria-hidden className="size-4 shrink-0" />}>
          Your balance is <Debt owed={wallet.owed} className="font-semibold" />. Your servers keep running, but you
          cannot create new ones until the debt is paid. <AskForCredit />, or open your{' '}
          <Link to="/wallet" className="font-medium underline underline-offset-2">
            wallet
          </Link>
          .
        </Banner>
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
