import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { MapPinOff } from 'lucide-react'
import { Empty } from '@/components/empty'
import { Page } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Problem } from '@/lib/api/problem'
import type { Membership } from '@/lib/api/types'

interface NotFromHereProps {
  org: Membership
  children: ReactNode
}

/**
 * An organisation that may not be used from the reader's address shows that, once, in the place of every page of it:
 * each part of them would only say the same.
 */
export function NotFromHere({ org, children }: NotFromHereProps) {
  const client = useQueryClient()
  const [refused, setRefused] = useState<Problem | null>(null)
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ type, query }) => {
        const { error } = query.state
        if (type !== 'updated' || query.queryKey[0] !== org.id) return
        if (error instanceof Problem && error.code === 'address_not_allowed') setRefused(error)
      }),
    [client, org.id],
  )
  if (!refused) return children
  const again = () => {
    setRefused(null)
    void client.resetQueries({ queryKey: [org.id] })
  }
  return (
    <Page title={org.name}>
      <div className="rounded-lg border bg-surface">
        <Empty
          icon={<MapPinOff />}
          title="This organisation can’t be used from here"
          action={
            <Button variant="primary" onClick={again}>
              Try again
            </Button>
          }
        >
          {refused.message}
        </Empty>
      </div>
    </Page>
  )
}
