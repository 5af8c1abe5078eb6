import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Receipt, Server, Wallet as WalletIcon } from 'lucide-react'
import { Link } from 'react-router'
import { Money } from '@/components/money'
import { Empty, Page, Stat } from '@/components/page'
import { QueryPanel } from '@/components/panel'
import { Statement } from '@/components/statement'
import { Alert } from '@/components/ui/alert'
import { Skeleton } from '@/components/ui/badge'
import { Card, CardHeader } from '@/components/ui/card'
import { linesQuery, statementQuery } from '@/features/wallet/api/queries'
import { walletQuery } from '@/lib/api/queries'
import type { StatementEntry, UsageLine, Wallet } from '@/lib/api/types'
import { formatMoney, isPositive, percentOf, type Digits } from '@/lib/money'
import { runwayLeft } from '@/lib/runway'
import { formatSpan, formatTime } from '@/lib/time'
import { useNow } from '@/lib/use-now'
import { useConfig } from '@/lib/use-title'

export function WalletPage() {
  const wallet = useQuery(walletQuery)
  return (
    <Page title="Wallet" detail="Prepaid: servers draw from it hour by hour.">
      <QueryPanel query={wallet} loading={<Figures />}>
        {(data) => (
          <>
            <Advice wallet={data} />
            <Figures wallet={data} toldAt={wallet.dataUpdatedAt} />
            <BurnByServer wallet={data} />
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
      <Alert tone="danger" title="Your wallet owes money" live>
        <Money value={wallet.owed} digits="exact" /> is owed for hours that passed. Your servers keep running; new ones
        wait. Ask {ask} for credit: it settles the debt first.
      </Alert>
    )
  }
  if (isPositive(wallet.balance) || isPositive(wallet.held)) return null
  return (
    <Alert tone="info" title="Your wallet is empty">
      Ask {ask} for credit to create your first server. It appears here the moment it is given.
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
              and <Money value={wallet.held} digits="exact" /> held for orders under way
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

/** Which servers the money goes to: bars, and the exact figures beside them. */
function BurnByServer({ wallet }: { wallet: Wallet }) {
  if (wallet.by_vps.length === 0) return null
  return (
    <Card aria-labelledby="burn">
      <CardHeader id="burn" title="Cost by server" />
      <div className="overflow-x-auto">
        <table className="w-full text-sm" aria-labelledby="burn">
          <thead>
            <tr className="text-left text-xs text-muted">
              <th scope="col" className="h-9 px-4 font-medium sm:px-5">
                Server
              </th>
              <th scope="col" className="hidden px-3 font-medium md:table-cell">
                Share of the running cost
              </th>
              <th scope="col" className="px-3 text-right font-medium">
                Per hour
              </th>
              <th scope="col" className="px-4 text-right font-medium sm:px-5">
                This month
              </th>
            </tr>
          </thead>
          <tbody>
            {wallet.by_vps.map((s) => (
              <tr key={s.vps_id} className="h-11 border-t">
                <td className="max-w-32 truncate px-4 sm:max-w-48 sm:px-5">
                  <Link to={`/servers/${s.vps_id}`} className="font-medium hover:text-accent hover:underline">
                    {s.label}
                  </Link>
                </td>
                <td className="hidden w-2/5 px-3 md:table-cell">
                  <div aria-hidden className="h-2 rounded-full bg-surface-3">
                    <div
                      className="h-full rounded-full bg-chart-1"
                      style={{ width: `${percentOf(s.hourly, wallet.hourly_rate)}%` }}
                    />
                  </div>
                </td>
                <td className="px-3 text-right">
                  <Money value={s.hourly} digits="micro" />
                </td>
                <td className="px-4 text-right sm:px-5">
                  <Money value={s.spent_this_month} digits="rate" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function WalletStatement() {
  const query = useInfiniteQuery(statementQuery)
  return (
    <Statement
      query={query}
      lines={(entry) => <Hours entry={entry} />}
      empty={
        <Empty icon={<WalletIcon />} title="Nothing has moved yet">
          Credit, holds for orders and each charged hour will stand here.
        </Empty>
      }
    />
  )
}

function Hours({ entry }: { entry: StatementEntry }) {
  const query = useQuery(linesQuery(entry.id))
  return (
    <QueryPanel query={query} loading={<Skeleton className="h-10 w-full" />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="flex items-center gap-2 text-muted">
            <Receipt aria-hidden className="size-4" /> No hours stand behind this entry.
          </p>
        ) : (
          <table className="w-full text-[13px]" aria-label={`Hours of ${entry.description}`}>
            <thead className="sr-only">
              <tr>
                <th scope="col">Server</th>
                <th scope="col">Hour</th>
                <th scope="col">Amount</th>
              </tr>
            </thead>
            <tbody>
              {items.map((line) => (
                <HourRow key={`${line.vps_id}-${line.hour_no}`} line={line} />
              ))}
            </tbody>
          </table>
        )
      }
    </QueryPanel>
  )
}

function HourRow({ line }: { line: UsageLine }) {
  return (
    <tr className="h-8">
      <td className="max-w-40 truncate pr-3">
        <Link
          to={`/servers/${line.vps_id}`}
          className="inline-flex items-center gap-1.5 hover:text-accent hover:underline"
        >
          <Server aria-hidden className="size-3.5 text-muted" />
          {line.label}
        </Link>
      </td>
      <td className="num pr-3 text-muted">
        hour {line.hour_no}
        <span className="max-sm:hidden">
          , {formatTime(line.from)} – {formatTime(line.to)}
        </span>
      </td>
      <td className="num text-right">{formatMoney(line.amount, { digits: 'micro' })}</td>
    </tr>
  )
}
