import { useQuery } from '@tanstack/react-query'
import { OrgLink } from '@/components/org-link'
import { Alert } from '@/components/ui/alert'
import { quotaQuery } from '@/features/vps/api/queries'
import { useConfig } from '@/lib/use-config'
import { useOrg } from '@/lib/use-org'

/** Whether an order would be refused for the quota. */
export function useQuotaReached(): boolean {
  const quota = useQuery(quotaQuery(useOrg().id)).data
  return quota !== undefined && quota.servers_used >= quota.servers_limit
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

/** What to do once there are as many servers as there may be. */
export function QuotaNotice() {
  const { support_email } = useConfig()
  if (!useQuotaReached()) return null
  return (
    <Alert tone="warning" title="You have as many servers as you may have" live>
      <p>
        No more can be created now.{' '}
        <OrgLink to="/servers" className="underline underline-offset-2">
          Delete one
        </OrgLink>{' '}
        you no longer need, or ask{' '}
        {support_email ? (
          <a href={`mailto:${support_email}?subject=More%20servers`} className="underline underline-offset-2">
            {support_email}
          </a>
        ) : (
          'support'
        )}{' '}
        for more. What you fill in below is kept.
      </p>
    </Alert>
  )
}
