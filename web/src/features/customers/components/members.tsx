import { useQuery } from '@tanstack/react-query'
import { Ago, At } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { membersQuery } from '@/features/customers/api/queries'

const ROLES = { admin: 'Administrator', user: 'User', readonly: 'Reads only' } as const

/** Who can sign in for this customer. */
export function Members({ org }: { org: string }) {
  const query = useQuery(membersQuery(org))
  return (
    <Card aria-label="Members">
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-16" />}>
        {({ items }) => (
          <ul>
            {items.map(({ user, role, joined_at, signed_in_at }, i) => (
              <li key={user.id} className="flex flex-wrap gap-x-6 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:px-5">
                <span className="min-w-0 flex-1 basis-56">
                  <span className="flex flex-wrap items-center gap-2">
                    <span className="font-medium wrap-anywhere">{user.name}</span>
                    {i === 0 ? <Badge tone="info">Owner</Badge> : null}
                    <Badge>{ROLES[role]}</Badge>
                  </span>
                  <a href={`mailto:${user.email}`} className="text-[13px] wrap-anywhere text-accent hover:underline">
                    {user.email}
                  </a>
                </span>
                <span className="text-[13px] text-muted">
                  Joined <At at={joined_at} />
                  <br />
                  {signed_in_at ? (
                    <>
                      Signed in <Ago at={signed_in_at} />
                    </>
                  ) : (
                    'Signed out'
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryPanel>
    </Card>
  )
}
