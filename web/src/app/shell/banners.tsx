import { useQuery } from '@tanstack/react-query'
import { TriangleAlert, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { walletQuery } from '@/lib/api/queries'
import { cn } from '@/lib/cn'
import { formatMoney, isPositive } from '@/lib/money'
import { useLive } from '@/stores/live'

/** What concerns every page: debt, and a stream that was lost. */
export function Banners() {
  const { state } = useLive()
  const { data: wallet } = useQuery(walletQuery)
  return (
    <div aria-live="polite">
      {wallet && isPositive(wallet.owed) ? (
        <Banner tone="danger" icon={<TriangleAlert aria-hidden className="size-4 shrink-0" />}>
          You owe <strong className="num">{formatMoney(wallet.owed)}</strong>. Your servers keep running, but you cannot
          order new ones until it is settled.{' '}
          <Link to="/wallet" className="font-medium underline underline-offset-2">
            Open wallet
          </Link>
        </Banner>
      ) : null}
      {state === 'retrying' || state === 'polling' ? (
        <Banner tone="warning" icon={<WifiOff aria-hidden className="size-4 shrink-0" />}>
          {state === 'retrying'
            ? 'Live updates are interrupted. Reconnecting…'
            : 'Live updates are off. This page refreshes itself every few seconds instead.'}
        </Banner>
      ) : null}
    </div>
  )
}

function Banner({ tone, icon, children }: { tone: 'danger' | 'warning'; icon: ReactNode; children: ReactNode }) {
  return (
    <div
      className={cn(
        'flex items-center justify-center gap-2.5 px-4 py-2 text-[13px]',
        tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning',
      )}
    >
      {icon}
      <p>{children}</p>
    </div>
  )
}
