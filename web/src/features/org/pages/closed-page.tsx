import { MapPinOff } from 'lucide-react'
import { useLocation } from 'react-router'
import { Empty } from '@/components/empty'
import { OrgLink } from '@/components/org-link'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { useOrg } from '@/lib/use-org'

/** An organisation that may not be used from the reader's address says so once, in the place of all its pages. */
export function ClosedPage() {
  const { name } = useOrg()
  const { refused } = (useLocation().state as { refused?: string } | null) ?? {}
  return (
    <Page title={name}>
      <div className="rounded-lg border bg-surface">
        <Empty
          icon={<MapPinOff />}
          title="This organisation can’t be used from here"
          action={
            <Button asChild variant="primary">
              <OrgLink to="/dashboard">Try again</OrgLink>
            </Button>
          }
        >
          {refused ?? 'Its owners list the networks from which it is used. Yours may be in the list by now.'}
        </Empty>
      </div>
    </Page>
  )
}
