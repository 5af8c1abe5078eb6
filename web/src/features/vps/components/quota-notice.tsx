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

/**
 * What to do where an order would be refused for a quota: once there are as many servers as there may be, whatever is
 * chosen; with a plan, every quota that a server of it would exceed.
 */
export function QuotaNotice({ planId = '' }: { planId?: string }) {
  const { support_email } = useConfig()
  const lines = useBeyond(planId)
  if (lines.length === 0) return null
  return (
    <Alert tone="warning" title={planId ? 'More than you may have' : 'You have as many servers as you may have'} live>
      {planId
        ? lines.map(({ what, after, limit }) => (
            <p key={what} className="num">
              {what}: {after}, and you may have {limit}
            </p>
          ))
        : 'No more can be created now.'}
      <p>
        <OrgLink to="/servers" className="underline underline-offset-2">
          Delete one
        </OrgLink>{' '}
        you no longer need, or ask{' '}
        {support_email ? (
          <a href={`mailto:${support_email}?subject=A%20higher%20quota`} className="underline underline-offset-2">
            {support_email}
          </a>
        ) : (
          'support'
        )}{' '}
        for more. What you fill in is kept.
      </p>
    </Alert>
  )
}
