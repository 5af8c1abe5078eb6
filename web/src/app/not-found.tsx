import { Compass } from 'lucide-react'
import { Link } from 'react-router'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'

export function NotFound() {
  return (
    <Page title="Page not found">
      <div className="rounded-lg border bg-surface">
        <Empty
          icon={<Compass />}
          title="This address does not exist"
          action={
            <Button asChild variant="primary">
              <Link to="/">Go to the dashboard</Link>
            </Button>
          }
        >
          The link may be out of date, or what it pointed to no longer exists.
        </Empty>
      </div>
    </Page>
  )
}
