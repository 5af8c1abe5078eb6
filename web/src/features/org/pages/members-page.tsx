import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { QueryPanel } from '@/components/query-panel'
import { SearchField } from '@/components/search-field'
import { WhoMay } from '@/components/who-may'
import { Button } from '@/components/ui/button'
import { Card, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { membersQuery } from '@/features/org/api/queries'
import { Invitations } from '@/features/org/components/invitations'
import { InviteDialog } from '@/features/org/components/invite-dialog'
import { MemberRow } from '@/features/org/components/member-row'
import { useMay, useOrg } from '@/lib/use-org'
import { useUrl, useUrlDialog } from '@/lib/use-url'

/** Who belongs to the organisation, and who was invited. */
export function MembersPage() {
  const { id } = useOrg()
  const may = useMay('members:write')
  const inviting = useUrlDialog('invite')
  const q = useUrl().get('q').toLowerCase()
  const matches = (...words: string[]) => words.some((word) => word.toLowerCase().includes(q))
  const query = useQuery(membersQuery(id))
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <SearchField label="Search members and invitations" placeholder="Name or address" />
        {may ? (
          <Button variant="primary" onClick={() => inviting.onOpenChange(true)}>
            <UserPlus aria-hidden className="size-4" /> Invite
          </Button>
        ) : (
          <WhoMay perm="members:write" what="invite or change members" brief />
        )}
      </div>
      <Card aria-labelledby="members">
        <CardHeader id="members" title="Members" />
        <QueryPanel query={query} loading={<Skeleton className="m-5 h-32" />}>
          {({ items }) => {
            const shown = items.filter(({ name, email }) => matches(name, email))
            return shown.length === 0 ? (
              <p className="px-5 py-8 text-center text-muted">No member matches.</p>
            ) : (
              <ul>
                {shown.map((member) => (
                  <MemberRow key={member.id} member={member} />
                ))}
              </ul>
            )
          }}
        </QueryPanel>
      </Card>
      <Invitations matches={matches} />
      {may ? <InviteDialog {...inviting} /> : null}
    </>
  )
}
