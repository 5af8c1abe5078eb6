import { useQuery } from '@tanstack/react-query'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { PriceQuoteView } from '@/components/quote-view'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { customerPricesQuery, endQuoteQuery, useEndCustomerPrice } from '@/features/customers/api/prices'
import { OwnPriceDialog } from '@/features/customers/components/own-price-dialog'
import type { CustomerPrice } from '@/lib/api/types'
import type { Tone } from '@/lib/status'
import { useNow } from '@/lib/use-now'
import { useUrlDialog, useUrlDialogOf } from '@/lib/use-url'

type Stage = 'now' | 'later' | 'ended'

function stageOf({ from, until }: CustomerPrice, now: number): Stage {
  if (until && new Date(until).getTime() <= now) return 'ended'
  return new Date(from).getTime() > now ? 'later' : 'now'
}

/** A customer's prices and discounts, those that ended last; and the ways to add and to end one. */
export function OwnPrices({ org }: { org: string }) {
  const query = useQuery(customerPricesQuery(org))
  const adding = useUrlDialog('add-price')
  const { dialog, of, show, close } = useUrlDialogOf()
  const now = useNow()
  const items = (query.data?.items ?? []).map((price) => ({ price, stage: stageOf(price, now) }))
  const sorted = [...items.filter(({ stage }) => stage !== 'ended'), ...items.filter(({ stage }) => stage === 'ended')]
  const ending = dialog === 'end-price' ? items.find(({ price }) => price.id === of) : undefined
  return (
    <Card aria-labelledby="own-prices">
      <CardHeader
        id="own-prices"
        title="Prices of its own"
        detail="A price of a plan beats a discount; of several discounts the largest counts."
        action={
          <Button size="sm" onClick={() => adding.onOpenChange(true)}>
            Add a price
          </Button>
        }
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-16" />}>
          {() =>
            sorted.length === 0 ? (
              <p className="text-muted">This customer pays the list’s prices.</p>
            ) : (
              <ul aria-label="Prices of its own" className="grid gap-3">
                {sorted.map(({ price, stage }) => (
                  <PriceLine key={price.id} price={price} stage={stage} onEnd={() => show('end-price', price.id)} />
                ))}
              </ul>
            )
          }
        </QueryPanel>
      </CardBody>
      {adding.open ? <OwnPriceDialog org={org} onClose={() => adding.onOpenChange(false)} /> : null}
      {ending ? (
        <EndDialog key={of} org={org} price={ending.price} begun={ending.stage !== 'later'} onClose={close} />
      ) : null}
    </Card>
  )
}

const STAGES: Record<Stage, [words: string, tone: Tone]> = {
  now: ['Counts now', 'success'],
  later: ['Planned', 'info'],
  ended: ['Ended', 'neutral'],
}

const nameOf = ({ monthly, discount_bp, plan_name }: CustomerPrice) =>
  `${monthly ? 'price of' : `${(discount_bp ?? 0) / 100} % off`} ${plan_name ?? 'all plans'}`

interface PriceLineProps {
  price: CustomerPrice
  stage: Stage
  onEnd: () => void
}

function PriceLine({ price, stage, onEnd }: PriceLineProps) {
  const ended = stage === 'ended'
  const [words, tone] = STAGES[stage]
  return (
    <li className="flex items-start justify-between gap-3">
      <span className={ended ? 'grid min-w-0 text-muted' : 'grid min-w-0'}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="min-w-0 font-medium wrap-anywhere">
            {price.plan_name ?? 'All plans'}:{' '}
            {price.monthly ? (
              <>
                <Money value={price.monthly} /> a month
              </>
            ) : (
              `${(price.discount_bp ?? 0) / 100} % off`
            )}
          </span>
          <Badge tone={tone}>{words}</Badge>
        </span>
        <span className="text-[13px] text-muted">
          from <At at={price.from} />
          {price.until ? (
            <>
              {' '}
              until <At at={price.until} />
            </>
          ) : null}
        </span>
      </span>
      {ended ? null : (
        <Button size="sm" aria-label={`${stage === 'later' ? 'Take back' : 'End'}: ${nameOf(price)}`} onClick={onEnd}>
          {stage === 'later' ? 'Take back' : 'End'}
        </Button>
      )}
    </li>
  )
}

interface EndDialogProps {
  org: string
  price: CustomerPrice
  begun: boolean
  onClose: () => void
}

function EndDialog({ org, price, begun, onClose }: EndDialogProps) {
  const end = useEndCustomerPrice(org)
  // What has not begun costs no server that runs.
  const quote = useQuery({ ...endQuoteQuery(org, price.id), enabled: begun })
  const thing = price.monthly ? `the ${nameOf(price)}` : nameOf(price)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={begun ? `End ${thing} now?` : `Take ${thing} back?`}
      confirm={begun ? 'End it' : 'Take it back'}
      pending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(price.id, { onSuccess: onClose })}
    >
      <p>
        {begun
          ? 'New orders pay the list’s price at once. Servers that were moved to it pay the list’s price again from the next hour on, and the customer is told.'
          : 'It has not begun, so nothing that was charged changes. If the customer was told of it, they are told of this too.'}
      </p>
      {begun ? (
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)] gap-4">
          <QueryPanel query={quote} loading={<Skeleton className="h-24" />}>
            {(found) => <PriceQuoteView quote={found} />}
          </QueryPanel>
        </div>
      ) : null}
    </ConfirmDialog>
  )
}
