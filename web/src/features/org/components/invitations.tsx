import { useQuery } from '@tanstack/react-query'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { At } from '@/components/date-time'
import { QueryPanel } from '@/components/query-panel'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useInvite, useRevokeInvitation } from '@/features/org/api/mutations'
import { invitationsQuery } from '@/features/org/api/queries'
import { rolesFor } from '@/features/org/roles'
import type { OrgInvitation } from '@/lib/api/types'
import { roleName } from '@/lib/perms'
import { useOrg } from '@/lib/use-org'
import { useUrlDialogOf } from '@/lib/use-url'

/** Who was invited and has not answered. */
export function Invitations({ matches }: { matches: (...words: string[]) => boolean }) {
  const { id } = useOrg()
  const query = useQuery(invitationsQuery(id))
  return (
    <Card aria-labelledby="invitations">
      <CardHeader id="invitations" title="Invitations" detail="Not answered yet. Each works for seven days." />
      <QueryPanel query={query} loading={<Skeleton className="m-5 h-12" />}>
        {({ items }) => {
          const shown = items.filter(({ email, invited_by }) => matches(email, invited_by))
          return shown.length === 0 ? (
            <p className="px-5 py-8 text-center text-muted">
              {items.length === 0 ? 'No one is invited right now.' : 'No invitation matches.'}
            </p>
          ) : (
            <ul>
              {shown.map((invitation) => (
                <Row key={invitation.id} invitation={invitation} />
              ))}
            </ul>
          )
        }}
      </QueryPanel>
    </Card>
  )
}

function Row({ invitation }: { invitation: OrgInvitation }) {
  const org = useOrg()
  const { dialog, of, show, close } = useUrlDialogOf()
  const revoke = useRevokeInvitation()
  const again = useInvite()
  const { id, email, role, state } = invitation
  const may = org.may.includes('members:write')
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <span className="min-w-0 flex-1 basis-56">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium wrap-anywhere">{email}</span>
          <Badge>{roleName(role)}</Badge>
          {state === 'expired' ? <Badge tone="warning">Expired</Badge> : null}
        </span>
        <span className="block text-[13px] wrap-anywhere text-muted">
          Invited by {invitation.invited_by}, {state === 'expired' ? 'expired' : 'works until'}{' '}
          <At at={invitation.expires_at} />
        </span>
      </span>
      {may ? (
        <span className="flex flex-wrap gap-2">
          {rolesFor(org.role).includes(role) ? (
            <Button
              size="sm"
              pending={again.isPending}
              aria-label={`Send the invitation to ${email} again`}
              onClick={() => again.mutate({ email, role })}
            >
              Send again
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="danger-quiet"
            aria-label={`Take back the invitation to ${email}`}
            onClick={() => show('uninvite', id)}
          >
            Take back
          </Button>
        </span>
      ) : null}
      {again.error ? (
        <span role="alert" className="basis-full text-[13px] text-danger">
          {again.error.message}
        </span>
      ) : null}
      <ConfirmDialog
        open={may && dialog === 'uninvite' && of === id}
        onOpenChange={close}
        title="Take the invitation back?"
        confirm="Take back"
        danger
        pending={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate(id, { onSuccess: close })}
      >
        <p className="wrap-anywhere">The link that {email} got no longer works.</p>
      </ConfirmDialog>
    </li>
  )
}
