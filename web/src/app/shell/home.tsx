import { Building2 } from 'lucide-react'
import { Navigate, useLocation } from 'react-router'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { orgOf, orgPath } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'
import { useTabOrg } from '@/lib/use-memberships'

/** Administrators begin on the overview, all others in the organisation that this tab was about. */
export function Home() {
  const { role } = useMe()
  const org = useTabOrg()
  if (role === 'admin') return <Navigate to="/admin" replace />
  return org ? <Navigate to={orgPath(org.id, '/dashboard')} replace /> : <NoOrganisation />
}

/** An address from before organisations had their own leads on to the same page of this tab's organisation. */
export function FormerAddress() {
  const { pathname, search, hash } = useLocation()
  const org = useTabOrg()
  if (!org) return <NoOrganisation />
  const page = orgOf(pathname) === null ? pathname : '/dashboard'
  return <Navigate to={{ pathname: orgPath(org.id, page), search, hash }} replace />
}

/** Who belongs to no organisation has an account and nothing else yet. */
function NoOrganisation() {
  const { user } = useMe()
  return (
    <Page title="No organisation yet">
      <div className="rounded-lg border bg-surface">
        <Empty icon={<Building2 />} title="You don’t belong to an organisation">
          Servers, credit and colleagues belong to an organisation. Ask for an invitation to{' '}
          <span className="font-medium wrap-anywhere text-text">{user.email}</span>: it arrives by mail.
        </Empty>
      </div>
    </Page>
  )
}
