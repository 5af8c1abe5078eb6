import { useQuery } from '@tanstack/react-query'
import { OrgLink } from '@/components/org-link'
import { Alert } from '@/components/ui/alert'
import { quotaQuery } from '@/features/vps/api/queries'
import { beyond, type Beyond } from '@/features/vps/quota'
import { plansQuery } from '@/lib/api/queries'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

/** Every quota for which an order of this plan would be refused; of the number of servers while none is chosen. */
export function useBeyond(planId = ''): Beyond[] {
  const { id: org } = useOrg()
  const quota = useQuery(quotaQuery(org)).data
  const plan = useQuery(plansQuery(org)).data?.items.find((p) => p.id === planId)
  return quota ? beyond(quota, plan) : []
}

/** "2 of 5 servers used", before anything is filled in; room for it is kept while it loads. */
export function QuotaLine() {
  const quota = useQuery(quotaQuery(useOrg().id)).data
  if (!quota) return <span className="inline-block h-5" />
  return (
    <span className="num">
      {quota.servers_used} of {quota.servers_limit} servers used
    </span>
  )
}

/** Whom to ask for more. */
function Support() {
  const { support_email } = useConfig()
  if (!support_email) return 'support'
  return (
    <a href={`mailto:${support_email}?subject=A%20higher%20quota`} className="underline underline-offset-2">
      {support_email}
    </a>
  )
}

/** What to do once there are as many servers as there may be. */
export function QuotaNotice() {
  if (useBeyond().length === 0) return null
  return (
    <Alert tone="warning" title="You have as many servers as you may have" live>
      <p>
        No more can be created now.{' '}
        <OrgLink to="/servers" className="underline underline-offset-2">
          Delete one
        </OrgLink>{' '}
        you no longer need, or ask <Support /> for more. What you fill in below is kept.
      </p>
    </Alert>
  )
}

/** Every quota that a server of the chosen plan would exceed, before it is ordered. */
export function QuotaBeyond({ planId }: { planId: string }) {
  const lines = useBeyond(planId)
  if (planId === '' || lines.length === 0) return null
  return (
    <Alert tone="warning" title="This would be more than you may have" live>
      <ul>
        {lines.map(({ what, after, limit }) => (
          <li key={what} className="num">
            {what}: {after}, and you may have {limit}
          </li>
        ))}
      </ul>
      <p className="mt-1">
        Choose a smaller plan,{' '}
        <OrgLink to="/servers" className="underline underline-offset-2">
          delete a server
        </OrgLink>
        , or ask <Support /> for a higher quota.
      </p>
    </Alert>
  )
}
