import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { Ago, At } from '@/components/date-time'
import { DialogForm } from '@/components/dialog-form'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { useChangeMember, useRemoveMember } from '@/features/org/api/mutations'
import { RoleSelect } from '@/features/org/components/role-select'
import { rolesFor } from '@/features/org/roles'
import type { OrgMember, OrgRole } from '@/lib/api/types'
import { roleName } from '@/lib/perms'
import { useMe } from '@/lib/use-me'
import { useOrg } from '@/lib/use-org'
import { useSubmit } from '@/lib/use-submit'
import { useUrlDialogOf } from '@/lib/use-url'

/** A member, and what the reader may do about them. */
export function MemberRow({ member }: { member: OrgMember }) {
  const { user } = useMe()
  const org = useOrg()
  const { dialog, of, show, close } = useUrlDialogOf()
  const may = org.may.includes('members:write') && rolesFor(org.role).includes(member.role)
  const self = member.id === user.id
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <span className="min-w-0 flex-1 basis-56">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium wrap-anywhere">{member.name}</span>
          {self ? <span className="text-[13px] text-muted">you</span> : null}
          <Badge tone={member.role === 'owner' ? 'info' : 'neutral'}>{roleName(member.role)}</Badge>
          {member.disabled ? <Badge tone="warning">Disabled</Badge> : null}
          {member.second_factor === false ? <Badge tone="warning">No second factor</Badge> : null}
          {member.second_factor ? <Badge tone="success">Second factor</Badge> : null}
        </span>
        <span className="block text-[13px] wrap-anywhere text-muted">{member.email}</span>
      </span>
      <span className="min-w-0 basis-48 text-[13px] wrap-anywhere text-muted">
        Joined <At at={member.joined_at} />
        {member.invited_by ? <>, invited by {member.invited_by}</> : null}
        <br />
        {member.seen_at ? (
          <>
            Last seen <Ago at={member.seen_at} />
          </>
        ) : (
          'Not seen lately'
        )}
      </span>
      {may ? (
        <span className="flex flex-wrap gap-2">
          <Button size="sm" aria-label={`Change the role of ${member.name}`} onClick={() => show('role', member.id)}>
            Change role
          </Button>
          {self ? null : (
            <Button
              size="sm"
              variant="danger-quiet"
              aria-label={`Remove ${member.name}`}
              onClick={() => show('remove', member.id)}
            >
              Remove
            </Button>
          )}
        </span>
      ) : null}
      {may ? (
        <>
          <Dialog
            open={dialog === 'role' && of === member.id}
            onOpenChange={close}
            title={`Role of ${member.name}`}
            detail="It counts within five seconds, also in pages that they have open."
          >
            <RoleForm member={member} onDone={close} />
          </Dialog>
          <RemoveDialog member={member} open={dialog === 'remove' && of === member.id} onClose={close} />
        </>
      ) : null}
    </li>
  )
}

const schema = z.object({ role: z.string() })

function RoleForm({ member, onDone }: { member: OrgMember; onDone: () => void }) {
  const change = useChangeMember(member.id)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { role: member.role as string } })
  const { submit, problem } = useSubmit(form, { '/role': 'role' }, async ({ role }) => {
    await change.mutateAsync(role as OrgRole)
    onDone()
  })
  return (
    <DialogForm onSubmit={submit} onCancel={onDone} submit="Save role" pending={change.isPending} error={problem}>
      <Field label="Role" error={form.formState.errors.role?.message}>
        <RoleSelect {...form.register('role')} />
      </Field>
    </DialogForm>
  )
}

function RemoveDialog({ member, open, onClose }: { member: OrgMember; open: boolean; onClose: () => void }) {
  const remove = useRemoveMember(member.id)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onClose}
      title={`Remove ${member.name}?`}
      confirm="Remove"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
    >
      <p>
        Within five seconds their pages close and their API keys stop working here. What they ordered stays the
        organisation’s.
      </p>
    </ConfirmDialog>
  )
}
