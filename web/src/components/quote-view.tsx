import type { ReactNode } from 'react'
import { Facts } from '@/components/facts'
import { Debt, Money } from '@/components/money'
import { Alert } from '@/components/ui/alert'
import type { PriceQuote, Quote, Standing } from '@/lib/api/types'
import { isPositive, toMicro } from '@/lib/money'
import { countOf } from '@/lib/numbers'
import { accountWords, movementWords } from '@/lib/quote-words'
import { formatSpan } from '@/lib/time'

/** What a change would write in the ledger, and how the wallet would stand then. */
export function QuoteView({ quote, waits }: { quote: Quote; waits?: string }) {
  return (
    <>
      {quote.lines.length === 0 ? (
        <Alert tone="info" title="Nothing is written yet">
          {waits ?? 'It waits for another administrator.'}
        </Alert>
      ) : (
        <Lines lines={quote.lines} />
      )}
      <Change before={quote.before} after={quote} />
    </>
  )
}

function Lines({ lines }: { lines: Quote['lines'] }) {
  return (
    <ul aria-label="Lines of the ledger" className="grid gap-2 rounded-md bg-surface-2 px-4 py-3 text-[13px]">
      {lines.map(({ kind, account, amount }, place) => (
        // The order is the ledger's, and two lines may say the same.
        <li key={place} className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="min-w-0">
            {accountWords(account)} <span className="text-muted">· {movementWords(kind)}</span>
          </span>
          <Money value={amount} digits={digitsOf(amount)} signed className="font-medium" />
        </li>
      ))}
    </ul>
  )
}

/** Hours have fractions of a cent, and so has what is written of them. */
const digitsOf = ({ amount }: { amount: string }) => (toMicro(amount) % 10_000n === 0n ? 'sum' : 'rate')

/** How an organisation stands before and after a change. */
function Change({ before, after }: { before: Standing; after: Standing }) {
  const owes = isPositive(before.owed) || isPositive(after.owed)
  return (
    <Facts
      items={[
        ['Balance', <Then key="b" was={<Money value={before.balance} />} is={<Money value={after.balance} />} />],
        ...(owes
          ? [
              ['Owed', <Then key="o" was={<Debt owed={before.owed} />} is={<Debt owed={after.owed} />} />] as [
                string,
                ReactNode,
              ],
            ]
          : []),
        [
          'An hour costs',
          <Then
            key="h"
            was={<Money value={before.hourly_with_tax} digits="rate" />}
            is={<Money value={after.hourly_with_tax} digits="rate" />}
          />,
        ],
        ['It lasts for', <Then key="r" was={lasts(before)} is={lasts(after)} />],
      ]}
    />
  )
}

const lasts = ({ runway_s }: Standing) => (runway_s == null ? 'nothing is charged' : formatSpan(runway_s))

/** What was and what would be, each in words for those who see no arrow. */
function Then({ was, is }: { was: ReactNode; is: ReactNode }) {
  return (
    <span className="num inline-flex flex-wrap items-baseline gap-x-2">
      <span className="text-muted">
        <span className="sr-only">now </span>
        {was}
      </span>
      <span aria-hidden className="text-muted">
        →
      </span>
      <span className="font-semibold">
        <span className="sr-only">then </span>
        {is}
      </span>
    </span>
  )
}

/** What another price would mean for servers that run: all of them, and the customers for whom most changes. */
export function PriceQuoteView({ quote }: { quote: PriceQuote }) {
  if (quote.servers === 0) {
    return <Alert tone="info" title="No server that runs would pay another price" />
  }
  const more = quote.organisations - quote.most.length
  return (
    <>
      <Facts
        items={[
          ['Servers', `${countOf(quote.servers, 'server')} of ${countOf(quote.organisations, 'customer')}`],
          [
            'They cost an hour',
            <Then
              key="h"
              was={<Money value={quote.hourly_before} digits="rate" />}
              is={<Money value={quote.hourly_after} digits="rate" />}
            />,
          ],
        ]}
      />
      <ul aria-label="Customers" className="grid gap-3 rounded-md bg-surface-2 px-4 py-3 text-[13px]">
        {quote.most.map(({ org_id, name, servers, before, after }) => (
          <li key={org_id} className="grid min-w-0 gap-0.5">
            <span className="font-medium wrap-anywhere">
              {name} <span className="font-normal text-muted">· {countOf(servers, 'server')}</span>
            </span>
            <span>
              An hour of all its servers costs{' '}
              <Then
                was={<Money value={before.hourly_with_tax} digits="rate" />}
                is={<Money value={after.hourly_with_tax} digits="rate" />}
              />
            </span>
            <span>
              The balance lasts for <Then was={lasts(before)} is={lasts(after)} />
            </span>
          </li>
        ))}
        {more > 0 ? <li className="text-muted">and {countOf(more, 'customer')} for whom less changes.</li> : null}
      </ul>
    </>
  )
}
