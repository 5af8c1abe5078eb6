import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { identitiesQuery, useLinkIdentity, useUnlinkIdentity } from '@/features/account/api/identities'
import type { Identity } from '@/lib/api/types'
import { useConfig } from '@/lib/use-config'

/** Other sites by whose word the person signs in. There is nothing to see where the panel trusts none. */
export function IdentitiesCard() {
  const name = useConfig().sign_in_with ?? null
  const query = useQuery(identitiesQuery)
  const link = useLinkIdentity()
  const [unlinking, setUnlinking] = useState<Identity | null>(null)
  if (name === null && !query.data?.items.length) return null
  return (
    <Card aria-labelledby="identities">
      <CardHeader
        id="identities"
        title="Linked sign-ins"
        detail="Who can sign in there can sign in here, whatever their address there. Linking ends your other sessions."
        action={
          name === null ? null : (
            <Button pending={link.isPending || link.isSuccess} onClick={() => link.mutate()}>
              Link {name}
            </Button>
          )
        }
      />
      <CardBody className="grid gap-3">
        <ProblemAlert error={link.error} />
        <QueryPanel query={query} loading={<Skeleton className="h-12" />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-muted">None yet.</p>
            ) : (
              <ul className="divide-y">
                {items.map((identity) => (
                  <Row key={identity.id} identity={identity} name={name} onUnlink={() => setUnlinking(identity)} />
                ))}
              </ul>
            )
          }
        </QueryPanel>
      </CardBody>
      <UnlinkDialog identity={unlinking} onDone={() => setUnlinking(null)} />
    </Card>
  )
}

const called = ({ email, issuer }: Identity) => email ?? issuer

function Row({ identity, name, onUnlink }: { identity: Identity; name: string | null; onUnlink: () => void }) {
  const { issuer, in_use, created_at, last_used_at } = identity
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{called(identity)}</p>
        <p className="text-[13px] wrap-anywhere text-muted">
          {in_use && name !== null ? name : issuer}, linked on <At at={created_at} />, last used{' '}
          <At at={last_used_at} />
        </p>
        {in_use ? null : (
          <p className="text-[13px] text-warning">This panel no longer takes its word: it signs you in no more.</p>
        )}
      </div>
      <Button size="sm" variant="danger-quiet" onClick={onUnlink} aria-label={`Unlink ${called(identity)}`}>
        Unlink
      </Button>
    </li>
  )
}

function UnlinkDialog({ identity, onDone }: { identity: Identity | null; onDone: () => void }) {
  const unlink = useUnlinkIdentity()
  return (
    <ConfirmDialog
      open={identity !== null}
      onOpenChange={(open) => {
        if (open) return
        unlink.reset()
        onDone()
      }}
      title={`Unlink ${identity ? called(identity) : 'it'}`}
      confirm="Unlink"
      danger
      onConfirm={() => {
        if (identity) unlink.mutate(identity.id, { onSuccess: onDone })
      }}
      pending={unlink.isPending}
      error={unlink.error}
    >
      <p>It no longer signs you in, and your other sessions end. The account there stays as it is.</p>
    </ConfirmDialog>
  )
}
