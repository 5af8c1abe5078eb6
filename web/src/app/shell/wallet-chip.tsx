import { useQuery } from '@tanstack/react-query'
import { Wallet as WalletIcon } from 'lucide-react'
import { Link } from 'react-router'
import { Skeleton } from '@/components/ui/skeleton'
import { walletQuery } from '@/lib/api/queries'
import { toServerTime } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { exactly, formatMoney, isNegative, standing } from '@/lib/money'
import { orgPath } from '@/lib/org-path'
import { runwayLeft } from '@/lib/runway-countdown'
import { runwayTone } from '@/lib/runway-tone'
import { formatSpan } from '@/lib/time'
import { useNow } from '@/lib/use-now'

const TONE = {
  neutral: 'border-border text-text',
  warning: 'border-warning-dot bg-warning-soft text-warning',
  danger: 'border-danger-dot bg-danger-soft text-danger',
}

/** The balance as the server last told it, and how long it lasts, running down here. */
export function WalletChip({ org }: { org: string }) {
  const { data, dataUpdatedAt } = useQuery(walletQuery(org))
  const now = useNow(data?.runway_s != null)
  if (!data) return <Skeleton className="h-8 w-28 rounded-full" />
  const left = runwayLeft(data.runway_s, toServerTime(dataUpdatedAt), now)
  const stands = standing(data)
  const tone = isNegative(stands) ? 'danger' : runwayTone(left)
  const balance = formatMoney(stands)
  // A phone has no room for millions and how long they last; a window at 400 % not even for less.
  const wide = balance.length > 11
  const words = isNegative(stands) ? 'in debt' : left === null ? 'no running costs' : `lasts ${formatSpan(left)}`
  return (
    <Link
      to={orgPath(org, '/wallet')}
      aria-label={`Wallet: ${balance}, ${words}`}
      className={cn(
        'num flex h-8 items-center gap-2 rounded-full border px-3 text-[13px] font-medium whitespace-nowrap hover:bg-surface-2 touch:h-11',
        TONE[tone],
      )}
    >
      <WalletIcon aria-hidden className="size-4 max-sm:hidden" />
      <span title={exactly(stands)}>{balance}</span>
      {left === null || isNegative(stands) ? null : (
        <>
          <span aria-hidden className={cn('opacity-50 max-[22rem]:hidden', wide && 'max-sm:hidden')}>
            ·
          </span>
          <span
            className={cn(
              'font-normal max-[22rem]:hidden',
              tone === 'neutral' && 'text-muted',
              wide && 'max-sm:hidden',
            )}
          >
            {formatSpan(left)}
          </span>
        </>
      )}
    </Link>
  )
}
