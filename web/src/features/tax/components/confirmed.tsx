import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { ActLine } from '@/components/acts'
import { QueryPanel } from '@/components/query-panel'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { actObject } from '@/lib/acts'
import { actsQuery } from '@/lib/api/queries'

const SHOWN = 10

/** Whose VAT IDs were confirmed, the newest first; each is confirmed on its customer's page. */
export function Confirmed() {
  const query = useQuery(actsQuery({ event: 'billing.tax_id', limit: SHOWN }))
  return (
    <Card aria-labelledby="confirmed">
      <CardHeader
        id="confirmed"
        title="Confirmed VAT IDs"
        detail="Each is confirmed on its customer’s page, under Money. A number that the customer changes needs another confirmation."
        action={
          query.data?.next ? (
            <Link
              to="/admin/audit?event=billing.tax_id"
              className="inline-flex min-h-6 items-center text-[13px] font-medium text-accent hover:underline"
            >
              All of them
            </Link>
          ) : null
        }
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-16" />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-muted">No customer’s VAT ID was confirmed.</p>
            ) : (
              <ul aria-label="Confirmed VAT IDs" className="grid gap-2">
                {items.map((act) => {
                  const of = actObject(act)
                  return (
                    <li key={act.id} className="flex flex-wrap justify-between gap-x-4">
                      <Link
                        to={`${of?.to ?? '/admin/customers'}?tab=money`}
                        className="font-medium wrap-anywhere hover:text-accent hover:underline"
                      >
                        {of?.name ?? 'A customer'}
                      </Link>
                      <ActLine act={act} className="text-[13px] text-muted" />
                    </li>
                  )
                })}
              </ul>
            )
          }
        </QueryPanel>
      </CardBody>
    </Card>
  )
}
