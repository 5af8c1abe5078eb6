import { Building2, Plus } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation, useParams } from 'react-router'
import { PageSkeleton } from '@/app/page-skeleton'
import { useNewOrganisation } from '@/app/shell/new-organisation'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { apiOf, ok } from '@/lib/api/client'
import { toProblem } from '@/lib/api/problem'
import { orgOf, orgPath } from '@/lib/org-path'
import { useMe } from '@/lib/use-me'
import { useMemberships, useTabOrg } from '@/lib/use-memberships'

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

/** A server's address of before names no organisation, so it is looked for in those of the person, this tab's first. */
export function FormerServer() {
  const { id = '' } = useParams()
  const { search, hash } = useLocation()
  const shown = useTabOrg()?.id
  const mine = useMemberships().map((org) => org.id)
  const orgs = [...mine.filter((org) => org === shown), ...mine.filter((org) => org !== shown)]
  const [first] = orgs
  const several = orgs.length > 1
  const found = useQuery({ queryKey: ['former', id, orgs], queryFn: () => whoseVps(id, orgs), enabled: several })
  if (first === undefined) return <NoOrganisation />
  if (several && found.isPending) return <PageSkeleton />
  return <Navigate to={{ pathname: orgPath(found.data ?? first, `/servers/${id}`), search, hash }} replace />
}

/** The first of these organisations that has the server; null for a server of none of them. */
async function whoseVps(id: string, orgs: string[]): Promise<string | null> {
  for (const org of orgs) {
    try {
      await ok(apiOf(org).GET('/api/vps/{id}', { params: { path: { id } } }))
      return org
    } catch (error) {
      if (toProblem(error).status !== 404) throw error
    }
  }
  return null
}

/** Who belongs to no organisation has an account and nothing else yet. */
function NoOrganisation() {
  const { user } = useMe()
  const { may, onOpenChange } = useNewOrganisation()
  return (
    <Page title="No organisation yet">
      <div className="rounded-lg border bg-surface">
        <Empty
          icon={<Building2 />}
          title="You don’t belong to an organisation"
          action={
            may ? (
              <Button variant="primary" onClick={() => onOpenChange(true)}>
                <Plus aria-hidden className="size-4" /> Create organisation
              </Button>
            ) : null
          }
        >
          Servers, credit and colleagues belong to an organisation. {may ? 'Create one, or ask' : 'Ask'} for an
          invitation to <span className="font-medium wrap-anywhere text-text">{user.email}</span>: it arrives by mail.
        </Empty>
      </div>
    </Page>
  )
}
