import type { PriceQuote, Quote, Standing, VpsQuote } from '@/lib/api/types'
import { plan, usd } from '@/testing/fixtures'
import { json, type Seen, type StubApi } from '@/testing/stub-api'

export const standing = (over: Partial<Standing> = {}): Standing => ({
  balance: usd('42.184213'),
  owed: usd('0.000000'),
  hourly_rate: usd('0.008219'),
  hourly_with_tax: usd('0.009780'),
  runway_s: 900_000,
  ...over,
})

/** Credit of 25.50 dollars. */
export const quote = (over: Partial<Quote> = {}): Quote => ({
  lines: [
    { kind: 'credit', account: 'wallet', amount: usd('25.500000') },
    { kind: 'credit', account: 'adjustment', amount: usd('-25.500000') },
  ],
  ...standing({ balance: usd('67.684213'), runway_s: 1_800_000 }),
  before: standing(),
  ...over,
})

export const priceQuote = (over: Partial<PriceQuote> = {}): PriceQuote => ({
  servers: 2,
  organisations: 2,
  hourly_before: usd('0.016438'),
  hourly_after: usd('0.027396'),
  most: [
    {
      org_id: 'org_1',
      name: 'Nimbus Labs',
      servers: 1,
      before: standing(),
      after: standing({ hourly_with_tax: usd('0.016301'), runway_s: 540_000 }),
    },
  ],
  ...over,
})

type Answer = Response | object

/** An operation that answers a question with a quote, and a change with what was done. */
export const quoted =
  (asked: Answer | (() => Answer), answer: Answer | (() => Answer)) =>
  ({ query }: Seen) => {
    const chosen = query.get('dry_run') === 'true' ? asked : answer
    const said = typeof chosen === 'function' ? (chosen as () => Answer)() : chosen
    return said instanceof Response ? said : json(said)
  }

/** The requests of an operation that were no questions. */
export const changesOf = (server: StubApi, operation: string) =>
  server.of(operation).filter(({ query }) => !query.has('dry_run'))

export const vpsQuote: VpsQuote = {
  hourly: plan.price.hourly,
  monthly: plan.price.monthly,
  spent_this_month: usd('1.482100'),
  spent_total: usd('18.220410'),
  rate_after_delete: usd('0.207599'),
  runway_after_delete_s: 864_000,
  next_charge: { at: '2026-11-22T11:00:00Z', amount: usd('0.019178') },
  months: [
    { month: '2026-11', hours: 77, seconds: 277_200, amount: usd('1.482100') },
    { month: '2026-10', hours: 744, seconds: 2_678_400, amount: usd('14.268493') },
  ],
}
