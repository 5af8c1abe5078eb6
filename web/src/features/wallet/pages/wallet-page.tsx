import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plus, TicketPercent, Wallet as WalletIcon } from 'lucide-react'
import { AddCredit } from '@/components/add-credit'
import { At } from '@/components/date-time'
import { Empty } from '@/components/empty'
import { ExportMenu } from '@/components/export-menu'
import { Balance, Debt, Money } from '@/components/money'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Stat } from '@/components/stat'
import { Statement } from '@/components/statement'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { WhoMay } from '@/components/who-may'
import { paymentFiles } from '@/features/wallet/api/payments'
import { statementQuery } from '@/features/wallet/api/queries'
import { CostByVps } from '@/features/wallet/components/cost-by-vps'
import { ExportStatement } from '@/features/wallet/components/export-statement'
import { Hours } from '@/features/wallet/components/hours'
import { Limits } from '@/features/wallet/components/limits'
import { PaymentsList } from '@/features/wallet/components/payments-list'
import { PromoCodeDialog } from '@/features/wallet/components/promo-code'
import { TopUpDialog } from '@/features/wallet/components/top-up-dialog'
import { walletQuery } from '@/lib/api/queries'
import type { Wallet } from '@/lib/api/types'
import { toServerTime } from '@/lib/clock'
import { isPositive } from '@/lib/money'
import { runwayLeft } from '@/lib/runway-countdown'
import { formatSpan } from '@/lib/time'
import { useConfig } from '@/lib/use-config'
import { useNow } from '@/lib/use-now'
import { useMay, useOrg } from '@/lib/use-org'
import { useUrlDialog } from '@/lib/use-url'

export function WalletPage() {
  const { id: org } = useOrg()
  const wallet = useQuery(walletQuery(org))
  const topUp = useUrlDialog('top-up')
  const { payments } = useConfig()
  const promo = useUrlDialog('promo')
  const mayAdd = useMay('wallet:top_up')
  const mayPay = mayAdd && payments
  const seesAll = useMay('statement:read')
  return (
    <Page
      title="Wallet"
      detail="Prepaid: your servers are charged to it by the hour."
      actions={
        mayAdd ? (
          <>
            <Button onClick={() => promo.onOpenChange(true)}>
              <TicketPercent aria-hidden className="size-4" /> Promo code
            </Button>
            {mayPay ? (
              <Button variant="primary" onClick={() => topUp.onOpenChange(true)}>
                <Plus aria-hidden className="size-4" /> Add money
              </Button>
            ) : null}
          </>
        ) : null
      }
    >
      {mayAdd ? <PromoCodeDialog {...promo} /> : null}
      {mayPay ? <TopUpDialog {...topUp} /> : null}
      <QueryPanel query={wallet} loading={<Figures />}>
        {(data) => (
          <>
            <Advice wallet={data} />
            <Figures wallet={data} toldAt={toServerTime(wallet.dataUpdatedAt)} />
            <CostByVps wallet={data} />
            <Limits />
          </>
        )}
      </QueryPanel>
      {/* It loads meanwhile, and is shown where it stays: below the servers, which may be many. */}
      <div hidden={wallet.isPending} className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {payments && seesAll ? (
          <Card aria-labelledby="payments" className="overflow-hidden">
            <CardHeader
              id="payments"
              title="Payments"
              detail="What was paid into this wallet, and what became of it."
              action={<ExportMenu files={paymentFiles(org)} />}
            />
            <PaymentsList />
          </Card>
        ) : null}
        {seesAll ? (
          <Card aria-labelledby="statement" className="overflow-hidden">
            <CardHeader
              id="statement"
              title="Statement"
              detail="Every movement of your money. Open one to see it to the last digit, and a charge to see its hours."
              action={<ExportStatement />}
            />
            <WalletStatement />
          </Card>
        ) : (
          <WhoMay perm="statement:read" what="see the statement" />
        )}
      </div>
    </Page>
  )
}

function Advice({ wallet }: { wallet: Wallet }) {
  if (wallet.stopped) {
    return (
      <Alert
        tone="danger"
        title={wallet.stopped.deleting ? 'Your servers are being deleted' : 'Your servers are stopped'}
        live
        action={<AddCredit />}
      >
        Your wallet can’t pay them.{' '}
        {wallet.stopped.deleting ? (
          'Their time to be paid is over.'
        ) : (
          <>
            Add at least <Money value={wallet.stopped.needed} className="font-semibold" />, and they start again by
            themselves. They are deleted on <At at={wallet.stopped.delete_at} />.
          </>
        )}
      </Alert>
    )
  }
  if (isPositive(wallet.owed)) {
    return (
      <Alert tone="danger" title="Your wallet is in debt" live action={<AddCredit />}>
        Your balance is <Debt owed={wallet.owed} className="font-semibold" />. Your servers keep running, but you cannot
        create new ones until the debt is paid. New credit pays it first.
      </Alert>
    )
  }
  if (isPositive(wallet.balance) || isPositive(wallet.held)) return null
  return (
    <Alert tone="info" title="Your wallet is empty" action={<AddCredit />}>
      You need credit to create your first server. It appears here as soon as it is added.
    </Alert>
  )
}

function Figures({ wallet, toldAt = 0 }: { wallet?: Wallet; toldAt?: number }) {
  const now = useNow(wallet?.runway_s != null)
  const left = runwayLeft(wallet?.runway_s, toldAt, now)
  const inDebt = wallet !== undefined && isPositive(wallet.owed) && left !== null
  const blank = <Skeleton className="h-7 w-24" />
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Stat
        label="Balance"
        value={wallet ? <Balance of={wallet} /> : blank}
        detail={
          wallet && isPositive(wallet.held) ? (
            <>
              plus <Money value={wallet.held} digits="rate" /> held for orders in progress
            </>
          ) : wallet && isPositive(wallet.owed) ? (
            'a debt: new credit pays it first'
          ) : wallet && isPositive(wallet.due) ? (
            <>
              <Money value={wallet.live_balance} digits="rate" /> after the hours that have begun
            </>
          ) : null
        }
      />
      <Stat
        label="Lasts"
        value={wallet ? (left === null || inDebt ? '—' : formatSpan(left)) : blank}
        detail={
          inDebt ? (
            'servers run on, and the debt grows'
          ) : wallet && left === null ? (
            'nothing is running'
          ) : wallet?.zero_at ? (
            <>
              until <At at={wallet.zero_at} />
            </>
          ) : null
        }
      />
      <Stat
        label="Running cost"
        value={wallet ? <Money value={wallet.hourly_rate} digits="rate" /> : blank}
        detail={wallet ? <PerHour wallet={wallet} /> : null}
      />
      <Stat label="Spent this month" value={wallet ? <Money value={wallet.spent_this_month} /> : blank} />
    </div>
  )
}

/** What the rate is without; where tax is added, what it is with it. */
const PerHour = ({ wallet }: { wallet: Wallet }) =>
  wallet.hourly_with_tax.amount === wallet.hourly_rate.amount ? (
    'per hour'
  ) : (
    <>
      per hour, <Money value={wallet.hourly_with_tax} digits="rate" /> with tax
    </>
  )

function WalletStatement() {
  const query = useInfiniteQuery(statementQuery(useOrg().id))
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
