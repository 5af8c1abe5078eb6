import { Building2 } from 'lucide-react'
import { useEffect } from 'react'
import { Link, Outlet, useParams } from 'react-router'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { rememberOrg } from '@/lib/last-org'
import { orgPath } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'
import { OrgContext } from '@/lib/use-org'

/**
 * The pages of the organisation that the address names. Another organisation's pages begin afresh: no form, no list
 * and no open request of the former one is carried over.
 */
export function OrgFrame() {
  const { org: id = '' } = useParams()
  const org = useMemberships().find((o) => o.id === id)
  const mine = org !== undefined
  useEffect(() => {
    if (mine) rememberOrg(id)
  }, [mine, id])
  if (!org) return <NotMine id={id} />
  return (
    <OrgContext key={org.id} value={org}>
      <Outlet />
    </OrgContext>
  )
}

/** For others than its members an organisation does not exist. */
function NotMine({ id }: { id: string }) {
  const { role } = useMe()
  const mine = useTabOrg()
  return (
    <Page title="Organisation not found">
      <div className="rounded-lg border bg-surface">
        <Empty
          icon={<Building2 />}
          title="This organisation does not exist, or you are not a member of it"
          action={
            <span className="flex flex-wrap justify-center gap-2">
              <Button asChild variant="primary">
                <Link to={mine ? orgPath(mine.id, '/dashboard') : '/'}>
                  Go to {mine ? 'your organisation' : 'the start'}
                </Link>
              </Button>
              {role === 'admin' ? (
                <Button asChild>
                  <Link to={`/admin/customers/${id}`}>Look among the customers</Link>
                </Button>
              ) : null}
            </span>
          }
        >
          The link may be meant for another account, or you were a member and no longer are. An owner can invite you.
          {mine ? (
            <>
              {' '}
              Yours is <span className="wrap-anywhere">{mine.name}</span>.
            </>
          ) : null}
        </Empty>
      </div>
    </Page>
  )
}
