import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Ago, At } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { membersQuery } from '@/features/customers/api/queries'
import { roleName } from '@/lib/perms'

const STATES = { disabled: 'Disabled', deleted: 'Deleted', unverified: 'Unverified', active: null } as const

/** Who can sign in for this customer. */
export function Members({ org }: { org: string }) {
  const query = useQuery(membersQuery(org))
  return (
    <Card aria-label="Members">
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-16" />}>
        {({ items }) => (
          <ul>
            {items.map(({ user, role, state, joined_at, signed_in_at }) => (
              <li key={user.id} className="flex flex-wrap gap-x-6 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:px-5">
                <span className="min-w-0 flex-1 basis-56">
                  <span className="flex flex-wrap items-center gap-2">
                    <Link
                      to={`/admin/users/${user.id}`}
                      className="inline-flex min-h-6 items-center font-medium wrap-anywhere hover:text-accent hover:underline"
                    >
                      {user.name}
                    </Link>
                    <Badge tone={role === 'owner' ? 'info' : 'neutral'}>{roleName(role)}</Badge>
                    {STATES[state] ? <Badge tone="warning">{STATES[state]}</Badge> : null}
                  </span>
                  <a
                    href={`mailto:${user.email}`}
                    className="inline-flex min-h-6 items-center text-[13px] wrap-anywhere text-accent hover:underline"
                  >
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
