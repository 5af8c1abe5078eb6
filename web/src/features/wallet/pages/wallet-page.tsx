import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Wallet as WalletIcon } from 'lucide-react'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { Statement } from '@/components/statement'
import { Alert } from '@/components/ui/alert'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { statementQuery } from '@/features/wallet/api/queries'
import { CostByVps } from '@/features/wallet/components/cost-by-vps'
import { Hours } from '@/features/wallet/components/hours'
import { walletQuery } from '@/lib/api/queries'
import type { Wallet } from '@/lib/api/types'
import { toServerTime } from '@/lib/clock'
import { isPositive, type Digits } from '@/lib/money'
import { runwayLeft } from '@/lib/runway-countdown'
import { formatSpan } from '@/lib/time'
import { useConfig } from '@/lib/use-config'
import { useNow } from '@/lib/use-now'

export function WalletPage() {
  const wallet = useQuery(walletQuery)
  return (
    <Page title="Wallet" detail="Prepaid: your servers are charged to it by the hour.">
      <QueryPanel query={wallet} loading={<Figures />}>
        {(data) => (
          <>
            <Advice wallet={data} />
            <Figures wallet={data} toldAt={toServerTime(wallet.dataUpdatedAt)} />
            <CostByVps wallet={data} />
          </>
        )}
      </QueryPanel>
      <Card aria-labelledby="statement" className="overflow-hidden">
        <CardHeader
          id="statement"
          title="Statement"
          detail="Every movement, to the last digit. Open a charge to see its hours."
        />
        <WalletStatement />
      </Card>
    </Page>
  )
}

function Advice({ wallet }: { wallet: Wallet }) {
  const { support_email } = useConfig()
  const ask = support_email ? (
    <a
      className="underline underline-offset-2"
      href={`mailto:${support_email}?subject=${encodeURIComponent('Credit for my wallet')}`}
    >
      {support_email}
    </a>
  ) : (
    'support'
  )
  if (isPositive(wallet.owed)) {
    return (
      <Alert tone="danger" title="You owe money" live>
        You owe <Money value={wallet.owed} digits="exact" /> for past usage. Your servers keep running, but you cannot
        order new ones. Ask {ask} for credit: it pays off the debt first.
      </Alert>
    )
  }
  if (isPositive(wallet.balance) || isPositive(wallet.held)) return null
  return (
    <Alert tone="info" title="Your wallet is empty">
      Ask {ask} for credit to create your first server. It appears here as soon as it is added.
    </Alert>
  )
}

function Figures({ wallet, toldAt = 0 }: { wallet?: Wallet; toldAt?: number }) {
  const now = useNow(wallet?.runway_s != null)
  const left = runwayLeft(wallet?.runway_s, toldAt, now)
  const figure = (value: Wallet['balance'] | undefined, digits: Digits = 'cents') =>
    value ? <Money value={value} digits={digits} /> : <Skeleton className="h-7 w-24" />
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Stat
        label="Balance"
        value={figure(wallet?.balance)}
        detail={
          wallet && isPositive(wallet.held) ? (
            <>
              plus <Money value={wallet.held} digits="exact" /> held for orders in progress
            </>
          ) : null
        }
      />
      <Stat
        label="Lasts"
        value={wallet ? left === null ? '—' : formatSpan(left) : <Skeleton className="h-7 w-20" />}
        detail={wallet && left === null ? 'nothing is running' : null}
      />
      <Stat label="Running cost" value={figure(wallet?.hourly_rate, 'exact')} detail="per hour" />
      <Stat
        label="Spent this month"
        value={figure(wallet?.spent_this_month)}
        detail={
          wallet && isPositive(wallet.owed) ? (
            <span className="text-danger">
              <Money value={wallet.owed} /> owed
            </span>
          ) : null
        }
      />
    </div>
  )
}

function WalletStatement() {
  const query = useInfiniteQuery(statementQuery)
  return (
    <Statement
      query={query}
      lines={(entry) => <Hours entry={entry} />}
      empty={
        <Empty icon={<WalletIcon />} title="No entries yet">
          Credit, holds for orders and each charged hour will appear here.
        </Empty>
      }
    />
  )
}
