import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Ago, At } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useEndOtherSessions, useEndSession } from '@/features/account/api/mutations'
import { sessionsQuery } from '@/features/account/api/queries'
import { byWays } from '@/lib/amr'
import type { Session } from '@/lib/api/types'
import { useUrlDialog } from '@/lib/use-url'

/** Where a person is signed in, and the way to end that. */
export function SessionsPage() {
  const query = useQuery(sessionsQuery)
  const others = query.data?.items.some((session) => !session.current) ?? false
  const all = useUrlDialog('end-others')
  const endOthers = useEndOtherSessions()
  const [ending, setEnding] = useState<Session | null>(null)
  const end = useEndSession()
  return (
    <Card aria-labelledby="sessions">
      <CardHeader
        id="sessions"
        title="Where you are signed in"
        detail="At most 20; the oldest ends when you sign in once more."
        action={
          <Button disabled={!others} onClick={() => all.onOpenChange(true)}>
            Sign out everywhere else
          </Button>
        }
      />
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-24" />}>
        {({ items }) => (
          <ul>
            {items.map((session) => (
              <SessionRow key={session.id} session={session} onEnd={() => setEnding(session)} />
            ))}
          </ul>
        )}
      </QueryPanel>
      <ConfirmDialog
        {...all}
        title="Sign out everywhere else?"
        confirm="Sign out"
        danger
        pending={endOthers.isPending}
        error={endOthers.error}
        onConfirm={() => endOthers.mutate(undefined, { onSuccess: () => all.onOpenChange(false) })}
      >
        All sessions but this one end within seconds. Those devices have to sign in again.
      </ConfirmDialog>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null)
        }}
        title={`Sign out ${ending?.device ?? ''}?`}
        confirm="Sign out"
        danger
        pending={end.isPending}
        error={end.error}
        onConfirm={() => {
          if (ending) end.mutate(ending.id, { onSuccess: () => setEnding(null) })
        }}
      >
        This session ends within seconds.
      </ConfirmDialog>
    </Card>
  )
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { device, ip, amr, created_at, seen_at, current, impersonated } = session
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <span className="grid min-w-0 flex-1 basis-56 gap-0.5">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium wrap-anywhere">{device}</span>
          {current ? <Badge tone="success">This session</Badge> : null}
          {impersonated ? <Badge tone="warning">An administrator, in your place</Badge> : null}
        </span>
        <span className="text-[13px] wrap-anywhere text-muted">
          {ip ?? 'Unknown address'}
          {byWays(amr)}
        </span>
      </span>
      <span className="text-[13px] text-muted">
        Signed in <At at={created_at} />
        <br />
        Last seen <Ago at={seen_at} />
      </span>
      {current ? null : (
        <Button size="sm" onClick={onEnd} aria-label={`Sign out ${device}`}>
          Sign out
        </Button>
      )}
    </li>
  )
}
