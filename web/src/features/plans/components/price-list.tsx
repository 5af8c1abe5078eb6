import { useQuery } from '@tanstack/react-query'
import { EyeOff } from 'lucide-react'
import { Empty } from '@/components/empty'
import { PlanFacts } from '@/components/plan-facts'
import { QueryPanel } from '@/components/query-panel'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { priceListQuery } from '@/features/plans/api/queries'

const GRID = 'grid gap-3 sm:grid-cols-2 xl:grid-cols-4'

/** The price list as the wizard shows it: the answer that customers get, in the cards that they choose from. */
export function PriceList() {
  const query = useQuery(priceListQuery)
  return (
    <Card aria-labelledby="price-list">
      <CardHeader
        id="price-list"
        title="What customers see"
        detail="The plans on sale, in this order, when a customer creates a server. A region may have a price of its own."
      />
      <CardBody>
        <QueryPanel
          query={query}
          loading={
            <div className={GRID}>
              {[0, 1, 2, 3].map((n) => (
                <Skeleton key={n} className="h-40" />
              ))}
            </div>
          }
        >
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<EyeOff />} title="Customers see no plan">
                Nothing is on sale, or no cloud that sells it is active and valid.
              </Empty>
            ) : (
              <ul className={GRID}>
                {items.map((plan) => (
                  <li key={plan.id} className="rounded-md border p-4">
                    <PlanFacts plan={plan} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryPanel>
      </CardBody>
    </Card>
  )
}
